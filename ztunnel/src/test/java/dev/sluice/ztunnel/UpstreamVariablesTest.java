package dev.sluice.ztunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runtime.process.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UpstreamVariablesTest {

  @Test
  void the_readme_says_what_becomes_of_each() throws IOException {
    assertThat(Files.readString(Path.of("README.md"))).contains(UpstreamVariables.table());
  }

  @Test
  void each_is_listed_once() {
    assertThat(UpstreamVariables.all())
        .extracting(UpstreamVariables.Variable::name)
        .doesNotHaveDuplicates();
  }

  @Test
  void what_is_said_to_be_read_is_read() {
    var shared = Environment.of(Map.of());
    var dedicated =
        Environment.of(
            Map.of(
                "PROXY_MODE", "dedicated",
                "PROXY_WORKLOAD_INFO", "shop/api-1/api",
                "XDS_ADDRESS", "https://istiod.istio-system.svc:15012",
                "CA_ADDRESS", "https://istiod.istio-system.svc:15012"));
    ZtunnelSettings.read(shared);
    ZtunnelSettings.read(dedicated);

    assertThat(
            Stream.concat(shared.asked().stream(), dedicated.asked().stream())
                .collect(Collectors.toSet()))
        .containsAll(
            UpstreamVariables.all().stream()
                .filter(
                    variable -> variable.treatment() instanceof UpstreamVariables.Treatment.Read)
                .map(UpstreamVariables.Variable::name)
                .toList());
  }

  @Test
  void a_value_that_is_not_possible_is_a_problem_and_the_possible_one_is_not() {
    var environment = Environment.of(Map.of("TLS12_ENABLED", "true", "FAKE_CA", "false"));

    UpstreamVariables.check(environment);

    assertThat(environment.problems())
        .containsExactly("invalid TLS12_ENABLED=`true`: the mesh speaks TLS 1.3");
  }

  @Test
  void what_does_nothing_is_told() {
    List<String> remarks =
        UpstreamVariables.check(Environment.of(Map.of("PROXY_CONFIG", "{}", "NETWORK", "a")));

    assertThat(remarks)
        .containsExactly(
            "PROXY_CONFIG does nothing here: ports are set by `ADMIN_ADDRESS` and `STATS_ADDRESS`");
  }
}
