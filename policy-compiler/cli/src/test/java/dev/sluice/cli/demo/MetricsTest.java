package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MetricsTest {

  private static final String TEXT =
      """
      # HELP sluice_bundle_loads_total Attempts
      # TYPE sluice_bundle_loads_total counter
      sluice_bundle_loads_total{reason="",result="loaded"} 2.0
      sluice_bundle_loads_total{reason="rollback",result="rejected"} 3.0
      sluice_bundle_loads_total{reason="bad_signature",result="rejected"} 1.0
      sluice_bundle_active_sequence 2.0
      """;

  @Test
  void series_are_summed_by_their_labels() {
    String name = "sluice_bundle_loads_total";
    assertThat(Metrics.sum(TEXT, name, "result=\"rejected\"")).isEqualTo(4);
    assertThat(Metrics.sum(TEXT, name, "result=\"rejected\"", "reason=\"rollback\"")).isEqualTo(3);
    assertThat(Metrics.sum(TEXT, name, "result=\"unchanged\"")).isZero();
    assertThat(Metrics.sum(TEXT, "sluice_bundle_active_sequence")).isEqualTo(2);
  }
}
