package dev.sluice.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MeshMetricsTest {

  private static String text(MeshMetrics metrics) throws IOException {
    var out = new ByteArrayOutputStream();
    metrics.exposition(null).writeTo(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static Traffic from(String account) {
    return new Traffic(
        Traffic.Reporter.DESTINATION,
        Party.unknown().provenAs(SpiffeId.of("cluster.local", "shop", account)),
        Party.unknown(),
        null,
        Traffic.Security.MUTUAL_TLS);
  }

  @Test
  void connections_are_counted_under_upstreams_names() throws IOException {
    var metrics = MeshMetrics.of("ztunnel", "1");
    var meter = metrics.open(from("web"));
    meter.received(10);
    meter.sent(20);
    meter.closed(ResponseFlag.NONE);

    assertThat(text(metrics))
        .containsPattern("istio_tcp_connections_opened_total\\{.*\\} 1.0")
        .containsPattern("istio_tcp_received_bytes_total\\{.*\\} 10.0")
        .containsPattern("istio_tcp_sent_bytes_total\\{.*\\} 20.0")
        .contains("source_principal=\"spiffe://cluster.local/ns/shop/sa/web\"")
        .contains("istio_build{component=\"ztunnel\",tag=\"1\"} 1.0")
        .doesNotContain("istio_tcp_connections_failed_total{");
  }

  @Test
  void a_failure_is_counted_with_its_flag() throws IOException {
    var metrics = MeshMetrics.of("ztunnel", "1");
    metrics.open(from("web")).closed(ResponseFlag.DENY);

    assertThat(text(metrics))
        .containsPattern("istio_tcp_connections_failed_total\\{.*response_flags=\"DENY\".*\\} 1.0");
  }

  @Test
  void series_beyond_the_bound_are_counted_together() throws IOException {
    var metrics = MeshMetrics.bounded(3);
    for (int i = 0; i < 10; i++) {
      metrics.open(from("account-" + i));
    }

    String text = text(metrics);
    assertThat(text.lines().filter(line -> line.startsWith("istio_tcp_connections_opened_total{")))
        .hasSize(4)
        .filteredOn(line -> line.contains("source_principal=\"overflow\""))
        .singleElement()
        .asString()
        .endsWith(" 7.0");
  }

  @Test
  void decisions_name_the_policy_or_the_reason() throws IOException {
    var metrics = MeshMetrics.of("ztunnel", "1");
    metrics.decided(
        "l4",
        new Verdict.Allow(
            new Verdict.Cause.ByRule(new PolicyId("AuthorizationPolicy", "shop", "a"), 0)));
    metrics.decided("l4", new Verdict.Deny(new Verdict.Cause.NoPolicy("none")));
    metrics.connectionClosed("policy_change");

    assertThat(text(metrics))
        .contains(
            "sluice_decisions_total{decision=\"allow\",layer=\"l4\",policy=\"AuthorizationPolicy"
                + " shop/a\"} 1.0")
        .contains("sluice_decisions_total{decision=\"deny\",layer=\"l4\",policy=\"no_policy\"} 1.0")
        .contains("sluice_connections_closed_total{reason=\"policy_change\"} 1.0");
  }
}
