package dev.sluice.ztunnel.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runtime.yaml.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapturePlanTest {

  @TempDir Path dir;

  private YamlFile.Parsed<CapturePlan> load(String yaml) throws IOException {
    return CapturePlan.load(Files.writeString(dir.resolve("capture.yaml"), yaml));
  }

  @Test
  void listeners_are_read() throws IOException {
    var parsed =
        load(
            """
            outbound:
            - {workload: shop/web, listen: "127.1.2.3:0", destination: "10.96.0.10:80"}
            inbound:
            - {workload: shop/api, listen: "127.1.2.4:8080", port: 8080, app: "127.0.0.1:39021"}
            """);

    assertThat(parsed)
        .isInstanceOfSatisfying(
            YamlFile.Parsed.Value.class,
            value -> {
              var plan = (CapturePlan) value.value();
              assertThat(plan.outbound().getFirst().destination().getPort()).isEqualTo(80);
              assertThat(plan.inbound().getFirst().app().getPort()).isEqualTo(39_021);
            });
  }

  @Test
  void every_problem_is_reported_with_its_line() throws IOException {
    var parsed =
        load(
            """
            outbound:
            - {workload: web, listen: "somewhere:0", destination: "10.96.0.10:80"}
            inbound:
            - {workload: shop/api, listen: "127.1.2.4:8080", colour: red}
            """);

    assertThat(parsed)
        .isInstanceOfSatisfying(
            YamlFile.Parsed.Broken.class,
            broken ->
                assertThat(broken.problems().toString())
                    .contains(":2: `outbound[0].workload`: expected `namespace/name`")
                    .contains(":2: `outbound[0].listen`: `somewhere:0` is not `address:port`")
                    .contains(":4: `inbound[0].port`: required")
                    .contains(":4: `inbound[0].app`: required")
                    .contains(":4: `inbound[0].colour`: unknown key"));
  }

  @Test
  void pods_are_read_and_a_file_without_any_still_means_capture_in_pods() throws IOException {
    assertThat(load("pods:\n- {workload: shop/web, serviceAccount: web, netns: /run/netns/web}\n"))
        .isInstanceOfSatisfying(
            YamlFile.Parsed.Value.class,
            value ->
                assertThat(((CapturePlan) value.value()).pods().orElseThrow())
                    .containsExactly(
                        new CapturePlan.InPod("shop/web", "web", Path.of("/run/netns/web"))));
    assertThat(load("pods: []\n"))
        .isInstanceOfSatisfying(
            YamlFile.Parsed.Value.class,
            value -> assertThat(((CapturePlan) value.value()).pods().orElseThrow()).isEmpty());
  }

  @Test
  void a_proxy_listens_in_pods_or_outside_of_them_but_not_both() throws IOException {
    assertThat(
            load(
                """
                inbound:
                - {workload: shop/api, listen: "127.1.2.4:80", port: 80, app: "127.0.0.1:39"}
                pods: []
                """))
        .isInstanceOfSatisfying(
            YamlFile.Parsed.Broken.class,
            broken ->
                assertThat(broken.problems().toString())
                    .contains("a file with pods has no listeners of its own"));
  }
}
