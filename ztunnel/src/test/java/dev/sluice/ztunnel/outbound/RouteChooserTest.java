package dev.sluice.ztunnel.outbound;

import static dev.sluice.ztunnel.outbound.RouteWorld.route;
import static dev.sluice.ztunnel.outbound.RouteWorld.text;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each branch of the outbound tree is a row.
class RouteChooserTest {

  @ParameterizedTest
  @CsvSource({
    // service address: an endpoint, with its target port in the authority
    "10.96.0.1:80, hbone api-1 /10.0.2.1:15008 10.0.2.1:8080",
    // service with a waypoint: the waypoint, with the address as dialled
    "10.96.0.3:80, waypoint wp /10.0.9.9:15088 10.96.0.3:80",
    // a waypoint that cannot be found is never gone around
    "10.96.0.5:80, refused waypoint_unresolved",
    "10.96.0.4:80, refused no_healthy_upstream",
    "10.96.0.1:81, refused no_healthy_upstream",
    // a workload without HBONE gets plaintext, by Service and by address
    "10.96.0.2:80, plain /10.0.3.1:8080",
    "10.0.3.1:5000, plain /10.0.3.1:5000",
    // a workload's own address
    "10.0.2.2:1234, hbone api-2 /10.0.2.2:15008 10.0.2.2:1234",
    // a workload's own waypoint, only when it is dialled by its own address
    "10.0.4.1:8080, waypoint wp /10.0.9.9:15008 10.0.4.1:8080",
    // Services of other namespaces that are private to them are not seen
    "10.96.0.6:80, refused not_visible",
    // out of the mesh, and nowhere
    "203.0.113.7:443, plain /203.0.113.7:443",
    "127.0.0.1:80, refused no_route",
    "169.254.169.254:80, refused no_route",
    "127.0.0.1:15008, refused self_call",
    "127.0.0.1:15001, refused self_call",
    "127.0.0.1:15006, refused self_call",
  })
  void every_destination_has_one_route(String destination, String expected) {
    assertThat(text(route(destination))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    // a waypoint named by hostname: for a Service and a block of addresses, and for a workload
    "10.96.1.3:80, waypoint wp-1 /10.0.9.1:15088 10.96.1.3:80",
    "172.20.3.4:80, waypoint wp-1 /10.0.9.1:15088 172.20.3.4:80",
    "10.0.4.2:8080, waypoint wp-1 /10.0.9.1:15088 10.0.4.2:8080",
    "10.0.4.4:8080, refused waypoint_unresolved",
    // an endpoint, and a waypoint, in another network: a tunnel in a tunnel, told the hostname
    "10.96.1.5:80, gateway egw /192.0.2.1:15009 far.shop:80"
        + " [spiffe://cluster.local/ns/shop/sa/distant]",
    "10.96.1.4:80, gateway egw /192.0.2.1:15009 farwp.shop:80"
        + " [spiffe://cluster.local/ns/shop/sa/wps]",
    // nobody to expect behind the gateway, no such gateway, no Service to tell the gateway of
    "10.96.1.6:80, refused no_identity_expected",
    "10.96.1.7:80, refused gateway_unresolved",
    "10.0.4.3:80, refused no_service",
    // a Service that leaves the choice to the client
    "10.96.1.8:80, plain /10.96.1.8:80",
    // the family of the request where the Service admits it
    "10.96.1.9:80, hbone two /10.0.5.1:15008 10.0.5.1:8080",
    "10.96.1.10:80, hbone two /[fd00:0:0:0:0:0:5:1]:15008 [fd00:0:0:0:0:0:5:1]:8080",
    // an endpoint that only DNS knows the address of
    "240.240.0.1:443, name example.com 8443",
    // an endpoint of a headless Service is a pod like any other
    "10.0.6.1:8080, refused no_healthy_upstream",
    // the service port where one port of the application takes everything
    "10.96.1.11:80, hbone tunnelled /10.0.7.1:15008 10.0.7.1:80",
    // of Services of other namespaces with one address, the canonical one
    "10.96.1.12:80, plain /10.96.1.12:80",
  })
  void waypoints_networks_and_addresses_lead_where_they_should(
      String destination, String expected) {
    assertThat(text(route(destination))).isEqualTo(expected);
  }
}
