package dev.sluice.runtime.process;

import dev.sluice.runtime.telemetry.Traces;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Reads where traces go, under the names that OpenTelemetry gives these variables.
///
/// Nothing is exported unless an endpoint is set. Source: OpenTelemetry, OTLP exporter and SDK
/// configuration.
public final class TracingSettings {

  private static final String BASE = "OTEL_EXPORTER_OTLP_ENDPOINT";
  private static final String EXACT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
  private static final String PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL";
  private static final String HEADERS = "OTEL_EXPORTER_OTLP_HEADERS";
  private static final String RATIO = "OTEL_TRACES_SAMPLER_ARG";

  private TracingSettings() {}

  /// Reads the settings of `program`; problems are left with `environment`.
  public static Optional<Traces.Exporting> read(Environment environment, String program) {
    Optional<String> endpoint =
        environment
            .text(EXACT)
            .or(() ->
                environment
                    .text(BASE)
                    .map(base -> base + (base.endsWith("/") ? "v1/traces" : "/v1/traces")));
    if (endpoint.isEmpty()) {
      return Optional.empty();
    }
    environment.word(PROTOCOL, Map.of("http/protobuf", PROTOCOL), PROTOCOL);
    return url(environment, endpoint.get())
        .map(url ->
            new Traces.Exporting(
                url,
                headers(environment),
                environment.text("OTEL_SERVICE_NAME", program),
                ratio(environment)));
  }

  private static Optional<URI> url(Environment environment, String text) {
    try {
      var url = new URI(text);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http && url.getHost() != null) {
        return Optional.of(url);
      }
    } catch (URISyntaxException malformed) {
      // reported below, together with addresses that are not HTTP
    }
    String name = environment.text(EXACT).isPresent() ? EXACT : BASE;
    environment.problem("invalid " + name + ": expected a URL such as http://collector:4318");
    return Optional.empty();
  }

  /// `name=value,…`; values are not shown in problems, for they may be credentials.
  private static Map<String, String> headers(Environment environment) {
    var headers = new LinkedHashMap<String, String>();
    for (String header : environment.text(HEADERS, "").split(",", -1)) {
      int equals = header.indexOf('=');
      if (equals > 0) {
        headers.put(header.substring(0, equals).strip(), header.substring(equals + 1).strip());
      } else if (!header.isBlank()) {
        environment.problem("invalid " + HEADERS + ": expected `name=value,…`");
      }
    }
    return headers;
  }

  private static double ratio(Environment environment) {
    String text = environment.text(RATIO, "1");
    try {
      double ratio = Double.parseDouble(text);
      if (ratio >= 0 && ratio <= 1) {
        return ratio;
      }
    } catch (NumberFormatException notANumber) {
      // reported below, together with numbers out of range
    }
    environment.problem("invalid " + RATIO + "=`" + text + "`: expected a number from 0 to 1");
    return 1;
  }
}
