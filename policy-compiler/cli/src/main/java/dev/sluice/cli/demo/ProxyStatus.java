package dev.sluice.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a running proxy says about itself: its ports file and its admin, metrics and readiness
/// addresses.
final class ProxyStatus {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /// The bundle a proxy enforces.
  record Active(long sequence, Instant activatedAt) {}

  /// The last attempt of a proxy to load a bundle; empty texts where nothing is to be said.
  record Attempt(Instant at, String result, String reason, String message) {}

  private final JsonNode ports;

  private ProxyStatus(JsonNode ports) {
    this.ports = ports;
  }

  /// Reads the ports file; empty while the proxy has not written it.
  static Optional<ProxyStatus> read(Path portsFile) throws IOException {
    return Files.exists(portsFile)
        ? Json.parse(Files.readString(portsFile)).map(ProxyStatus::new)
        : Optional.empty();
  }

  /// One of `admin`, `stats` and `readiness`, as `address:port`.
  String address(String name) {
    return ports.path(name).asText().replace("0.0.0.0:", "127.0.0.1:");
  }

  /// The listener of a way.
  Optional<InetSocketAddress> listener(Shop.Way way) throws IOException {
    String text = ports.path("outbound").path(way.listener()).asText();
    return text.isEmpty() ? Optional.empty() : Optional.of(parse(text));
  }

  /// Every outbound listener by its name.
  Map<String, String> listeners() {
    var all = new TreeMap<String, String>();
    ports
        .path("outbound")
        .properties()
        .forEach(entry -> all.put(entry.getKey(), entry.getValue().asText()));
    return all;
  }

  private static InetSocketAddress parse(String text) throws IOException {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IOException("`" + text + "` is no address");
    }
    return new InetSocketAddress(
        InetAddress.getByName(text.substring(0, colon)),
        Integer.parseInt(text.substring(colon + 1)));
  }

  private HttpDial.Reply get(String name, String path) throws IOException {
    String address = address(name);
    try (var dial = HttpDial.open(null, parse(address), address, TIMEOUT)) {
      return dial.exchange(HttpCall.get(path));
    }
  }

  /// Why the proxy is not ready; empty when it is.
  Optional<String> obstacle() {
    try {
      var reply = get("readiness", "/healthz/ready");
      return reply.status() == 200 ? Optional.empty() : Optional.of(reply.body().strip());
    } catch (IOException notYet) {
      return Optional.of(String.valueOf(notYet.getMessage()));
    }
  }

  private JsonNode dump() throws IOException {
    return Json.parse(get("admin", "/config_dump").body())
        .orElseThrow(() -> new IOException("the configuration dump is no JSON"));
  }

  /// What it enforces; empty when it has no bundle.
  Optional<Active> active() throws IOException {
    JsonNode bundle = dump().path("bundle");
    return bundle.isObject()
        ? Optional.of(
            new Active(
                bundle.path("sequence").asLong(),
                Instant.parse(bundle.path("activatedAt").asText())))
        : Optional.empty();
  }

  /// Its last attempt to load a bundle; empty before the first.
  Optional<Attempt> lastAttempt() throws IOException {
    JsonNode attempt = dump().path("lastAttempt");
    return attempt.isObject()
        ? Optional.of(
            new Attempt(
                Instant.parse(attempt.path("at").asText()),
                attempt.path("result").asText(),
                attempt.path("reason").asText(""),
                attempt.path("message").asText("")))
        : Optional.empty();
  }

  /// The value of a counter whose series begins with `prefix` and has all these labels; 0 when
  /// there is none.
  double metric(String name, String... labels) throws IOException {
    return Metrics.sum(get("stats", "/metrics").body(), name, labels);
  }
}
