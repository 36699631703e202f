package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Run.Setting;
import dev.sluice.schemas.Schemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where the topology comes from, and what is said without it.
class TopologyTest {
  private static final String TARGETED =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: read-only, namespace: shop}
      spec:
        targetRefs: [{group: "", kind: Service, name: api}]
        rules:
        - to:
          - operation: {methods: [GET]}
      """;

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: api, namespace: shop, labels: {istio.io/use-waypoint: waypoint}}
      spec:
        selector: {app: api}
        ports: [{name: http, port: 80, targetPort: 8080}]
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: waypoint, namespace: shop}
      spec:
        gatewayClassName: istio-waypoint
        listeners: [{name: mesh, port: 15008, protocol: HBONE}]
      """;

  private static final String STATIC_MESH =
      """
      workloads:
      - {name: api-1, namespace: shop, serviceAccount: api, trustDomain: cluster.local,
         protocol: HBONE, workloadIps: ["10.0.2.2"], labels: {app: api}, services: {}}
      """;

  @TempDir Path folder;

  @Test
  void without_topology_a_verdict_is_unknown_and_the_plan_says_so() {
    Setting setting = Setting.plain().withStdin(Trees.SOUND + "---\n" + TARGETED);

    Run text = setting.run("plan", "-");
    Run data = setting.run("plan", "-", "--output", "json");

    assertThat(text.code()).isZero();
    Golden.assertSame("plan-unknown.txt", text.out());
    OutputSchema.assertFits(Schemas.PLAN_OUTPUT, data.json());
    assertThat(data.json().at("/policies/0/status").asText()).isEqualTo("unknown");
    assertThat(data.json().at("/policies/1/layer").asText()).isEqualTo("unknown");
    assertThat(data.json().at("/summary/unknown").asInt()).isEqualTo(2);
  }

  @Test
  void strict_topology_makes_the_unknown_an_error() {
    Setting setting = Setting.plain().withStdin(Trees.SOUND);

    assertThat(setting.run("check", "-").code()).isZero();
    Run strict = setting.run("check", "-", "--strict-topology");
    assertThat(strict.code()).isEqualTo(1);
    assertThat(strict.out()).contains("error[SLU2010]").contains("sluice snapshot");
    assertThat(setting.run("plan", "-", "--strict-topology").out()).contains("1 unknown");
  }

  @Test
  void a_bundle_never_lacks_a_policy_whose_target_is_unknown() {
    String keys = folder.resolve("keys").toString();
    Run.of("keys", "init", keys);
    String accepted =
        TARGETED.replace(
            "namespace: shop}",
            "namespace: shop, annotations: {sluice.dev/ignore.SLU2011: \"known\"}}");

    Run run =
        Setting.plain()
            .withStdin(accepted)
            .run("build", "-", "--keys", keys, "--out", folder.resolve("out").toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("error[SLU2011]");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void a_mesh_file_completes_the_topology() throws IOException {
    Path mesh = Files.writeString(folder.resolve("mesh.yaml"), Trees.WORKLOAD + "---\n" + SERVICE);
    Setting setting = Setting.plain().withStdin(Trees.SOUND + "---\n" + TARGETED);

    Run run = setting.run("plan", "-", "--mesh", mesh.toString(), "--strict-topology");

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("2 placed").contains("shop/waypoint");
  }

  @Test
  void the_static_mesh_file_of_a_proxy_will_do() throws IOException {
    Path mesh = Files.writeString(folder.resolve("local.yaml"), STATIC_MESH);

    Run run =
        Setting.plain()
            .withStdin(Trees.SOUND)
            .run("plan", "-", "--mesh", mesh.toString(), "--strict-topology");

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("Pod shop/api-1");
  }

  @Test
  void what_the_tree_says_about_an_object_wins_over_a_mesh_file() throws IOException {
    Path mesh =
        Files.writeString(
            folder.resolve("mesh.yaml"),
            Trees.WORKLOAD.replace("labels: {app: api}", "labels: {app: old}")
                + "---\n"
                + Trees.UNREAD);
    Setting setting = Setting.plain().withStdin(Trees.WORKLOAD + "---\n" + Trees.SOUND);

    Run run = setting.run("check", "-", "--mesh", mesh.toString(), "--fail-on", "warning");

    assertThat(run.code()).isZero();
    assertThat(run.out()).doesNotContain("SLU1109").doesNotContain("SLU1107");
  }
}
