package dev.sluice.runtime.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runtime.mesh.Service.LoadBalancing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  @Test
  void without_candidates_nothing_is_picked() {
    assertThat(EndpointChoice.pick(List.of(), LoadBalancing.standard(), null, 7)).isEmpty();
  }
}
