package dev.sluice.runtime.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runtime.mesh.Service.LoadBalancing;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EndpointChoiceTest {

  private static String pod(String name, int last, String extra) {
    return "- {name: %s, namespace: a, uid: %s, workloadIps: [10.0.0.%d], services: {a/s: {}}, %s}\n"
        .formatted(name, name, last, extra);
  }

  private static StaticMesh mesh(String mode) {
    return MeshFileTest.mesh(
        "workloads:\n"
            + pod("near", 1, "capacity: 3, locality: {region: r, zone: z1}")
            + pod("far", 2, "locality: {region: r, zone: z2}")
            + pod("idle", 3, "capacity: 0, locality: {region: r, zone: z1}")
            + pod("client", 4, "capacity: 0, locality: {region: r, zone: z1}")
            + "services:\n- {name: s, namespace: a, hostname: s, vips: [/10.1.0.1],"
            + " ports: {80: 8080}, loadBalancer: {routingPreferences: [Region, Zone], mode: "
            + mode
            + "}}\n");
  }

  private static Map<String, Integer> picks(String mode) {
    StaticMesh mesh = mesh(mode);
    Service service = mesh.service("a", "s").orElseThrow();
    Workload client = mesh.workload("a", "client").orElseThrow();
    var counts = new HashMap<String, Integer>();
    for (long random = 0; random < 400; random++) {
      var picked =
          EndpointChoice.pick(mesh.endpoints(service, 80), service.loadBalancing(), client, random);
      counts.merge(picked.orElseThrow().workload().name(), 1, Integer::sum);
    }
    return counts;
  }

  @Test
  void endpoints_share_by_capacity_and_capacity_0_takes_none() {
    assertThat(picks("Standard")).containsEntry("near", 300).containsEntry("far", 100).hasSize(2);
  }

  @Test
  void the_closest_endpoints_take_all_under_failover_and_strict() {
    assertThat(picks("Failover")).containsOnlyKeys("near");
    assertThat(picks("Strict")).containsOnlyKeys("near");
  }

  private static Set<String> farPicks(String here, String mode, String health) {
    StaticMesh mesh =
        MeshFileTest.mesh(
            """
            workloads:
            - {name: here-b, namespace: a, uid: hb, workloadIps: [10.0.0.1], services: {a/s: {}}, %s
               locality: {region: b}}
            - {name: gone-a, namespace: a, uid: ga, network: n2, workloadIps: [], services: {a/s: {}},
               networkGateway: {destination: n2/10.9.0.1, hboneMtlsPort: 15008}, locality: {region: a}}
            - {name: gone-b, namespace: a, uid: gb, network: n2, workloadIps: [], services: {a/s: {}},
               networkGateway: {destination: n2/10.9.0.1, hboneMtlsPort: 15008}, locality: {region: b}}
            - {name: lost, namespace: a, uid: gl, network: n2, workloadIps: [10.0.0.3],
               services: {a/s: {}}, locality: {region: a}}
            - {name: client, namespace: a, uid: c, workloadIps: [10.0.0.2], services: {},
               locality: {region: a}}
            services:
            - {name: s, namespace: a, hostname: s, vips: [/10.1.0.1], ports: {80: 8080},
               loadBalancer: {routingPreferences: [Network, Region], mode: %s, healthPolicy: %s}}
            """
                .formatted(here, mode, health));
    Service service = mesh.service("a", "s").orElseThrow();
    Workload client = mesh.workload("a", "client").orElseThrow();
    var names = new HashSet<String>();
    for (long random = 0; random < 50; random++) {
      EndpointChoice.pick(mesh.candidates(service, 80), service.loadBalancing(), client, random)
          .ifPresent(picked -> names.add(picked.workload().name()));
    }
    return names;
  }

  @Test
  void with_the_network_first_the_own_one_outranks_a_better_place_elsewhere() {
    assertThat(farPicks("", "Failover", "OnlyHealthy")).containsExactly("here-b");
  }

  @Test
  void with_nobody_left_on_the_own_network_the_place_orders_those_of_others() {
    assertThat(farPicks("status: Unhealthy,", "Failover", "OnlyHealthy")).containsExactly("gone-a");
    assertThat(farPicks("status: Unhealthy,", "Failover", "AllowAll")).containsExactly("here-b");
  }

  @Test
  void strict_takes_full_matches_or_nobody() {
    assertThat(farPicks("", "Strict", "OnlyHealthy")).isEmpty();
  }

  @Test
  void by_capacity_alone_every_network_with_a_gateway_takes_its_share() {
    assertThat(farPicks("", "Standard", "OnlyHealthy"))
        .containsExactlyInAnyOrder("here-b", "gone-a", "gone-b");
  }

  @Test
  void without_candidates_nothing_is_picked() {
    assertThat(EndpointChoice.pick(List.of(), LoadBalancing.standard(), null, 7)).isEmpty();
  }
}
