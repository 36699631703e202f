package dev.sluice.ztunnel.outbound;

import static dev.sluice.ztunnel.outbound.RouteWorld.CHOOSER;
import static dev.sluice.ztunnel.outbound.RouteWorld.mesh;
import static dev.sluice.ztunnel.outbound.RouteWorld.policy;
import static dev.sluice.ztunnel.outbound.RouteWorld.route;
import static dev.sluice.ztunnel.outbound.RouteWorld.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.shard.PolicyShard.WaypointBinding;
import dev.sluice.runtime.bundle.PolicySnapshot;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.process.Environment;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteDetailsTest {

  @Test
  void endpoints_are_picked_at_random_with_their_own_ports_and_never_an_unhealthy_one() {
    var mesh = mesh();
    var seen = new HashSet<String>();
    for (long random = 0; random < 10; random++) {
      var query =
          new RouteChooser.Query(
              mesh,
              policy(),
              mesh.workload("shop", "web").orElseThrow(),
              Environment.parseAddress("10.96.0.1:80").orElseThrow());
      seen.add(text(CHOOSER.choose(query, random)));
    }
    assertThat(seen)
        .containsExactlyInAnyOrder(
            "hbone api-1 /10.0.2.1:15008 10.0.2.1:8080",
            "hbone api-2 /10.0.2.2:15008 10.0.2.2:9090");
  }

  @Test
  void a_headless_pod_is_dialled_as_it_is() {
    var mesh =
        StaticMesh.of(
            "",
            List.of(
                mesh().workload("shop", "headless-0").orElseThrow(),
                mesh().workload("shop", "web").orElseThrow()),
            List.of(mesh().service("shop", "headless").orElseThrow()),
            List.of());
    var query =
        new RouteChooser.Query(
            mesh,
            policy(),
            mesh.workload("shop", "web").orElseThrow(),
            Environment.parseAddress("10.0.6.1:8080").orElseThrow());
    assertThat(text(CHOOSER.choose(query, 0)))
        .isEqualTo("hbone headless-0 /10.0.6.1:15008 10.0.6.1:8080");
  }

  @Test
  void an_endpoint_that_failed_is_not_chosen_again() {
    var mesh = mesh();
    var query =
        new RouteChooser.Query(
            mesh,
            policy(),
            mesh.workload("shop", "web").orElseThrow(),
            Environment.parseAddress("10.96.0.1:80").orElseThrow(),
            Set.of("shop/api-1"));
    for (long random = 0; random < 10; random++) {
      assertThat(text(CHOOSER.choose(query, random))).startsWith("hbone api-2 ");
    }
  }

  @Test
  void a_resolved_name_is_dialled_by_an_address_of_the_requested_family() {
    var mesh = mesh();
    var query =
        new RouteChooser.Query(
            mesh,
            policy(),
            mesh.workload("shop", "web").orElseThrow(),
            Environment.parseAddress("240.240.0.1:443").orElseThrow());
    var unresolved = (Route.Unresolved) CHOOSER.choose(query, 0);
    var addresses =
        List.of(
            InetAddress.ofLiteral("2001:db8::1"),
            InetAddress.ofLiteral("203.0.113.1"),
            InetAddress.ofLiteral("203.0.113.2"));
    assertThat(text(CHOOSER.resolved(query, unresolved, addresses, 1)))
        .isEqualTo("plain /203.0.113.2:8443");
    assertThat(text(CHOOSER.resolved(query, unresolved, List.of(), 1)))
        .isEqualTo("refused name_unresolved");
  }

  @ParameterizedTest
  @CsvSource({
    // an address nothing in the mesh has
    "198.51.100.1:80, /198.51.100.1",
    // a waypoint, by hostname and by address, and a gateway
    "10.96.0.5:80, shop/gone.shop",
    "10.0.4.4:80, /10.9.9.9",
    "10.96.1.7:80, far/192.0.2.99",
    // all is known, or not to be asked for
    "10.96.0.1:80, ''",
    "10.96.1.3:80, ''",
    "10.0.2.2:80, ''",
    "10.96.0.6:80, ''",
    "127.0.0.1:80, ''",
  })
  void what_is_not_known_can_be_asked_for_by_name(String destination, String expected) {
    var mesh = mesh();
    var query =
        new RouteChooser.Query(
            mesh,
            policy(),
            mesh.workload("shop", "web").orElseThrow(),
            Environment.parseAddress(destination).orElseThrow());
    assertThat(RouteChooser.missing(query).orElse("")).isEqualTo(expected);
  }

  @Test
  void a_waypoint_service_names_who_may_answer_for_it() {
    assertThat(route("10.96.1.3:80"))
        .isInstanceOfSatisfying(
            Route.ViaWaypoint.class,
            via ->
                assertThat(via.tunnel().expected())
                    .containsExactlyInAnyOrder(
                        SpiffeId.of("cluster.local", "shop", "wps"),
                        SpiffeId.of("cluster.local", "shop", "wps-next")));
  }

  @Test
  void the_gateway_proves_itself_as_the_gateway() {
    assertThat(route("10.96.1.5:80"))
        .isInstanceOfSatisfying(
            Route.ViaNetworkGateway.class,
            via ->
                assertThat(via.tunnel().expected())
                    .containsExactly(SpiffeId.of("cluster.local", "istio-system", "egw")));
  }

  @Test
  void the_peer_must_be_the_workload_or_one_the_service_names() {
    assertThat(route("10.96.0.1:80"))
        .isInstanceOfSatisfying(
            Route.ViaHbone.class,
            via ->
                assertThat(via.tunnel().expected())
                    .containsExactlyInAnyOrder(
                        SpiffeId.of("cluster.local", "shop", "api"),
                        SpiffeId.of("cluster.local", "shop", "api-next")));
    assertThat(route("10.96.0.3:80"))
        .isInstanceOfSatisfying(
            Route.ViaWaypoint.class,
            via ->
                assertThat(via.tunnel().expected())
                    .containsExactly(SpiffeId.of("cluster.local", "shop", "wp")));
  }

  @Test
  void the_waypoint_itself_reaches_the_endpoints_behind_it() {
    assertThat(text(route("wp", "10.96.0.3:80", policy())))
        .isEqualTo("hbone orders /10.0.4.1:15008 10.0.4.1:8080");
    assertThat(text(route("wp", "10.0.4.1:8080", policy())))
        .isEqualTo("hbone orders /10.0.4.1:15008 10.0.4.1:8080");
  }

  @ParameterizedTest
  @CsvSource({
    "shop, waypoint, waypoint wp /10.0.9.9:15088 10.96.0.3:80",
    "shop, other, refused binding_drift",
    "'', '', refused binding_drift",
  })
  void a_waypoint_other_than_the_signed_one_is_refused(
      String namespace, String name, String expected) {
    var policy = policy(new WaypointBinding("shop", "orders", namespace, name));
    assertThat(text(route("web", "10.96.0.3:80", policy))).isEqualTo(expected);
  }

  @Test
  void a_service_that_lost_its_signed_waypoint_is_refused() {
    var policy = policy(new WaypointBinding("shop", "api", "shop", "waypoint"));
    assertThat(text(route("web", "10.96.0.1:80", policy))).isEqualTo("refused binding_drift");
  }

  @Test
  void without_a_bundle_nothing_is_routed() {
    assertThat(text(route("web", "10.96.0.1:80", PolicySnapshot.none("none yet"))))
        .isEqualTo("refused no_policy");
  }
}
