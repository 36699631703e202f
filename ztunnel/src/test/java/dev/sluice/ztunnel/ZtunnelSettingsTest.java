package dev.sluice.ztunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runtime.process.Environment;
import dev.sluice.ztunnel.workload.Served;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ZtunnelSettingsTest {

  private static Environment with(String... pairs) {
    var variables =
        new HashMap<>(
            Map.of(
                "SLUICE_BUNDLE_DIR", "/b",
                "SLUICE_TRUST_ROOT", "/r.json",
                "SLUICE_STATE_DIR", "/s",
                "LOCAL_XDS_PATH", "/m.yaml",
                "SLUICE_CERTIFICATES_DIR", "/c"));
    for (int i = 0; i < pairs.length; i += 2) {
      variables.put(pairs[i], pairs[i + 1]);
    }
    return Environment.of(variables);
  }

  @Test
  void shared_mode_serves_a_node_and_dedicated_mode_one_workload() {
    assertThat(ZtunnelSettings.read(with("NODE_NAME", "n1")).served())
        .isEqualTo(new Served.Node("n1"));
    assertThat(
            ZtunnelSettings.read(
                    with("PROXY_MODE", "dedicated", "PROXY_WORKLOAD_INFO", "shop/web/account"))
                .served())
        .isEqualTo(new Served.One("shop", "web", "account"));
  }

  @Test
  void what_a_mode_needs_has_to_be_there() {
    var shared = with();
    ZtunnelSettings.read(shared);
    assertThat(shared.problems()).containsExactly("NODE_NAME is required");

    var dedicated = with("PROXY_MODE", "dedicated", "PROXY_WORKLOAD_INFO", "web");
    ZtunnelSettings.read(dedicated);
    assertThat(dedicated.problems()).singleElement().asString().contains("PROXY_WORKLOAD_INFO");

    var other = with("PROXY_MODE", "both");
    ZtunnelSettings.read(other);
    assertThat(other.problems()).singleElement().asString().contains("PROXY_MODE");
  }

  @Test
  void a_capture_file_that_cannot_be_read_is_a_problem() {
    var environment = with("NODE_NAME", "n1", "SLUICE_CAPTURE_PATH", "/no/such/file");
    ZtunnelSettings.read(environment);
    assertThat(environment.problems()).singleElement().asString().contains("/no/such/file");
  }

  @Test
  void windows_that_would_let_one_stream_stall_the_others_are_refused() {
    var environment =
        with(
            "NODE_NAME",
            "n1",
            "HTTP2_STREAM_WINDOW_SIZE",
            "1048576",
            "HTTP2_CONNECTION_WINDOW_SIZE",
            "1048576");
    ZtunnelSettings.read(environment);
    assertThat(environment.problems()).singleElement().asString().contains("at least twice");
  }
}
