package dev.sluice.ztunnel.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.WaypointBinding;
import dev.sluice.runtime.bundle.BundleFacts;
import dev.sluice.runtime.bundle.PolicySnapshot;
import dev.sluice.runtime.mesh.MeshFile;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.process.Environment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteChooserTest {

  private static final String MESH =
      """
      workloads:
      - {name: web, namespace: shop, serviceAccount: web, workloadIps: [10.0.1.1],
         protocol: HBONE, services: {}}
      - {name: api-1, namespace: shop, serviceAccount: api, workloadIps: [10.0.2.1],
         protocol: HBONE, services: {shop/api.shop: {80: 8080}}}
      - {name: api-2, namespace: shop, serviceAccount: api, workloadIps: [10.0.2.2],
         protocol: HBONE, services: {shop/api.shop: {80: 9090}}}
      - {name: api-sick, namespace: shop, serviceAccount: api, workloadIps: [10.0.2.3],
         status: Unhealthy, services: {shop/api.shop: {}}}
      - {name: old, namespace: shop, workloadIps: [10.0.3.1], services: {shop/old.shop: {}}}
      - {name: orders, namespace: shop, serviceAccount: orders, workloadIps: [10.0.4.1],
         protocol: HBONE, services: {shop/orders.shop: {}},
         waypoint: {destination: /10.0.9.9, hboneMtlsPort: 15008}}
      - {uid: wp, name: wp, namespace: shop, serviceAccount: wp, workloadIps: [10.0.9.9],
         protocol: HBONE, services: {}}
      services:
      - {name: api, namespace: shop, hostname: api.shop, vips: [/10.96.0.1], ports: {80: 7777},
         subjectAltNames: ["spiffe://cluster.local/ns/shop/sa/api-next"]}
      - {name: old, namespace: shop, hostname: old.shop, vips: [/10.96.0.2], ports: {80: 8080}}
      - {name: orders, namespace: shop, hostname: orders.shop, vips: [/10.96.0.3],
         ports: {80: 8080}, waypoint: {destination: /10.0.9.9, hboneMtlsPort: 15088}}
      - {name: empty, namespace: shop, hostname: empty.shop, vips: [/10.96.0.4], ports: {80: 8080}}
      - {name: lost, namespace: shop, hostname: lost.shop, vips: [/10.96.0.5], ports: {80: 8080},
         waypoint: {destination: shop/gone.shop, hboneMtlsPort: 15008}}
      - {name: private, namespace: payments, hostname: private, vips: [/10.96.0.6],
         ports: {80: 8080}, visibility: Namespace}
      waypoints:
      - {namespace: shop, name: waypoint, serviceAccount: wp, trustDomain: cluster.local,
         workload: wp}
      """;

  private static final RouteChooser CHOOSER =
      new RouteChooser(15_008, Set.of(15_001, 15_006, 15_008));

  private static StaticMesh mesh() {
    var format = new MeshFile(new TrustDomain("cluster.local"), "");
    return switch (format.parse(MESH.getBytes(StandardCharsets.UTF_8), "mesh")) {
      case MeshFile.Parsed.Mesh(var mesh) -> mesh;
      case MeshFile.Parsed.Broken(var problems) -> throw new AssertionError(problems);
    };
  }

  private static PolicySnapshot policy(WaypointBinding... bindings) {
    var facts = new BundleFacts(0, 1, "d", "s", "", Instant.EPOCH, Instant.MAX, Instant.EPOCH);
    var facts0 =
        new PolicyShard.MeshFacts(
            new TrustDomain("cluster.local"),
            List.of(),
            PolicyShard.PathNormalization.MERGE_SLASHES);
    return PolicySnapshot.of(
        1,
        facts,
        new PolicyShard(
            new PolicyShard.EnforcementPoint.Ztunnel(),
            facts0,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(bindings),
            List.of()));
  }

  private static Route route(String source, String destination, PolicySnapshot policy) {
    var mesh = mesh();
    return CHOOSER.choose(
        new RouteChooser.Query(
            mesh,
            policy,
            mesh.workload("shop", source).orElseThrow(),
            Environment.parseAddress(destination).orElseThrow()),
        0);
  }

  private static Route route(String destination) {
    return route("web", destination, policy());
  }

  private static String text(Route route) {
    return switch (route) {
      case Route.ViaWaypoint(var tunnel, var waypoint, var _, var _) ->
          "waypoint " + waypoint.name() + " " + dial(tunnel);
      case Route.ViaHbone(var tunnel, var workload, var _, var _) ->
          "hbone " + workload.name() + " " + dial(tunnel);
      case Route.Passthrough(var destination, var _, var _) -> "plain " + destination;
      case Route.Refused(var reason, var _) -> "refused " + reason;
    };
  }

  private static String dial(Route.Tunnel tunnel) {
    return tunnel.dial() + " " + tunnel.authority();
  }

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
  })
  void every_destination_has_one_route(String destination, String expected) {
    assertThat(text(route(destination))).isEqualTo(expected);
  }

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
