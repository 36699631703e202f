package dev.sluice.runtime.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeshFileTest {

  private static final MeshFile FORMAT = new MeshFile(new TrustDomain("cluster.local"), "");

  static final String SHOP =
      """
      workloads:
      - {uid: t//Pod/shop/web, name: web, namespace: shop, serviceAccount: web,
         trustDomain: cluster.local, clusterId: Kubernetes, workloadIps: ["10.0.1.2"],
         protocol: HBONE, node: node1, canonicalName: web, canonicalRevision: v1, services: {}}
      - uid: t//Pod/shop/api
        name: api
        namespace: shop
        serviceAccount: api
        trustDomain: cluster.local
        workloadIps: ["10.0.2.2"]
        protocol: HBONE
        node: node2
        labels: {app: api}
        services: {"shop/api.shop.svc.cluster.local": {80: 8080}}
      - {uid: t//Pod/shop/legacy, name: legacy, namespace: shop, trustDomain: cluster.local,
         workloadIps: ["10.0.2.3"], node: node2, status: Unhealthy,
         services: {"shop/api.shop.svc.cluster.local": {80: 8080}}}
      - {uid: t//Pod/shop/waypoint, name: waypoint, namespace: shop, serviceAccount: waypoint,
         trustDomain: cluster.local, workloadIps: ["10.0.3.3"], protocol: HBONE, services: {}}
      services:
      - name: api
        namespace: shop
        hostname: api.shop.svc.cluster.local
        vips: ["/10.96.0.10"]
        ports: {80: 8080, 81: 0}
        canonical: true
        appProtocols: {80: http}
        waypoint: {destination: /10.0.3.3, hboneMtlsPort: 15008}
        loadBalancer: {routingPreferences: [Network, Region], mode: Failover}
      waypoints:
      - {namespace: shop, name: waypoint, serviceAccount: waypoint, trustDomain: cluster.local,
         workload: t//Pod/shop/waypoint}
      """;

  static StaticMesh mesh(String yaml) {
    return switch (parse(yaml)) {
      case MeshFile.Parsed.Mesh(var mesh) -> mesh;
      case MeshFile.Parsed.Broken(var problems) -> throw new AssertionError(problems);
    };
  }

  private static MeshFile.Parsed parse(String yaml) {
    return FORMAT.parse(yaml.getBytes(StandardCharsets.UTF_8), "mesh.yaml");
  }

  private static List<String> problems(String yaml) {
    return parse(yaml) instanceof MeshFile.Parsed.Broken(var problems) ? problems : List.of();
  }

  @Test
  void the_upstream_keys_and_words_are_read() {
    StaticMesh mesh = mesh(SHOP);
    var api = mesh.workload(InetAddress.ofLiteral("10.0.2.2")).orElseThrow();

    assertThat(api.identity()).isEqualTo(SpiffeId.of("cluster.local", "shop", "api"));
    assertThat(api.labels()).containsEntry("app", "api");
    assertThat(mesh.workloadByUid("t//Pod/shop/web").orElseThrow().origin().canonicalRevision())
        .isEqualTo("v1");
    assertThat(mesh.workload("shop", "legacy").orElseThrow().protocol())
        .isEqualTo(Workload.Protocol.TCP);
  }

  @Test
  void a_service_is_found_by_address_hostname_and_name() {
    StaticMesh mesh = mesh(SHOP);
    var byVip = mesh.serviceByVip(InetAddress.ofLiteral("10.96.0.10"), "other").orElseThrow();

    assertThat(byVip.appProtocols()).containsEntry(80, "http");
    assertThat(mesh.serviceByHostname("api.shop.svc.cluster.local", "shop")).contains(byVip);
    assertThat(mesh.service("shop", "api")).contains(byVip);
  }

  @Test
  void endpoints_are_the_healthy_workloads_with_their_target_port() {
    StaticMesh mesh = mesh(SHOP);
    var service = mesh.service("shop", "api").orElseThrow();

    assertThat(mesh.endpoints(service, 80))
        .singleElement()
        .satisfies(endpoint -> {
          assertThat(endpoint.workload().name()).isEqualTo("api");
          assertThat(endpoint.port()).isEqualTo(8080);
        });
    assertThat(mesh.endpoints(service, 81)).isEmpty();
    assertThat(mesh.members(service)).hasSize(2);
  }

  @Test
  void the_waypoint_of_a_service_is_resolved_to_its_name_and_identity() {
    StaticMesh mesh = mesh(SHOP);
    var serving = mesh.waypointOf(mesh.service("shop", "api").orElseThrow());

    assertThat(serving)
        .isInstanceOfSatisfying(
            ServingWaypoint.Found.class,
            found -> {
              assertThat(found.name()).isEqualTo("waypoint");
              assertThat(found.identities())
                  .containsExactly(SpiffeId.of("cluster.local", "shop", "waypoint"));
              assertThat(found.endpoints().getFirst().port()).isEqualTo(15_008);
            });
  }

  @Test
  void a_waypoint_nothing_answers_to_is_unresolved_not_absent() {
    StaticMesh mesh = mesh(SHOP.replace("destination: /10.0.3.3", "destination: /10.0.3.99"));

    assertThat(mesh.waypointOf(mesh.service("shop", "api").orElseThrow()))
        .isInstanceOf(ServingWaypoint.Unresolved.class);
  }

  @Test
  void every_problem_is_reported_with_file_line_and_field() {
    String yaml =
        """
        workloads:
        - name: web
          namespace: shop
          trustDomain: cluster.local
          workloadIps: ["10.0.0.256"]
          protocol: QUIC
          colour: blue
          services: {"shop/api": {http: 8080}}
        services:
        - {name: api, namespace: shop, hostname: api, ports: {80: 99999}}
        """;

    assertThat(problems(yaml))
        .containsExactlyInAnyOrder(
            "mesh.yaml:5: `workloads[0].workloadIps`: `10.0.0.256` is not an IP address",
            "mesh.yaml:6: `workloads[0].protocol`: `QUIC` is none of HBONE, TCP",
            "mesh.yaml:7: `workloads[0].colour`: unknown key",
            "mesh.yaml:8: `workloads[0].services.shop/api.http`: `http` is not a port",
            "mesh.yaml:10: `services[0].vips`: required",
            "mesh.yaml:10: `services[0].ports.80`: `99999` is not a number from 0 to 65535");
  }

  @Test
  void aliases_duplicate_keys_and_further_documents_are_refused() {
    assertThat(problems("workloads: &a []\nservices: *a\n"))
        .singleElement()
        .asString()
        .contains("aliases are not accepted");
    assertThat(problems("workloads: []\nworkloads: []\n")).isNotEmpty();
    assertThat(problems("workloads: []\n---\nservices: []\n")).isNotEmpty();
    assertThat(problems("workloads: [\n")).isNotEmpty();
    assertThat(problems("[".repeat(100))).isNotEmpty();
  }

  @Test
  void references_that_lead_nowhere_are_refused() {
    assertThat(
            problems(SHOP.replace("workload: t//Pod/shop/waypoint", "workload: t//Pod/shop/gone")))
        .singleElement()
        .asString()
        .contains("waypoint `shop/waypoint` names no workload");
    assertThat(problems(SHOP.replace("t//Pod/shop/legacy", "t//Pod/shop/api")))
        .singleElement()
        .asString()
        .contains("is there twice");
  }
}
