package dev.sluice.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TracingSettingsTest {

  @Test
  void nothing_is_exported_unless_an_endpoint_is_set() {
    var environment = Environment.of(Map.of("OTEL_SERVICE_NAME", "edge"));

    assertThat(TracingSettings.read(environment, "ztunnel")).isEmpty();
    assertThat(environment.problems()).isEmpty();
  }

  @Test
  void the_variables_are_those_of_opentelemetry() {
    var environment =
        Environment.of(
            Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/",
                "OTEL_EXPORTER_OTLP_HEADERS", "x-token=a=b, x-tenant = t",
                "OTEL_SERVICE_NAME", "edge",
                "OTEL_TRACES_SAMPLER_ARG", "0.25"));

    assertThat(TracingSettings.read(environment, "ztunnel"))
        .hasValueSatisfying(exporting -> {
          assertThat(exporting.endpoint()).isEqualTo(URI.create("http://collector:4318/v1/traces"));
          assertThat(exporting.headers())
              .containsExactlyInAnyOrderEntriesOf(Map.of("x-token", "a=b", "x-tenant", "t"));
          assertThat(exporting.service()).isEqualTo("edge");
          assertThat(exporting.ratio()).isEqualTo(0.25);
        });
    assertThat(environment.problems()).isEmpty();
  }

  @Test
  void what_cannot_be_used_is_told_without_credentials() {
    var environment =
        Environment.of(
            Map.of(
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://collector:4318/exact",
                "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc",
                "OTEL_EXPORTER_OTLP_HEADERS", "secret",
                "OTEL_TRACES_SAMPLER_ARG", "2"));
    TracingSettings.read(environment, "ztunnel");
    var noUrl = Environment.of(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"));
    TracingSettings.read(noUrl, "ztunnel");

    assertThat(environment.problems())
        .containsExactly(
            "invalid OTEL_EXPORTER_OTLP_PROTOCOL=`grpc`: expected one of http/protobuf",
            "invalid OTEL_EXPORTER_OTLP_HEADERS: expected `name=value,…`",
            "invalid OTEL_TRACES_SAMPLER_ARG=`2`: expected a number from 0 to 1");
    assertThat(noUrl.problems())
        .containsExactly(
            "invalid OTEL_EXPORTER_OTLP_ENDPOINT: expected a URL such as http://collector:4318");
  }
}
