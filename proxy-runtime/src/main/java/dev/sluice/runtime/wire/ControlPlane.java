package dev.sluice.runtime.wire;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// A service of the control plane: its address, how it proves itself, and how we do.
///
/// @param serverName what its certificate has to name: a DNS name, an IP address or a SPIFFE id
/// @param headers sent with every request, names in lower case
public record ControlPlane(
    Address address,
    String serverName,
    Roots roots,
    Optional<Token> token,
    Map<String, String> headers) {

  public ControlPlane {
    headers = Map.copyOf(headers);
  }

  /// Where it listens; always TLS.
  public record Address(String host, int port) {

    private static final int DEFAULT_PORT = 15_012;

    /// Parses `https://host:port`, `host:port` or `host`; empty when it is none of these, or plain
    /// HTTP.
    public static Optional<Address> parse(String text) {
      String uri = text.contains("://") ? text : "https://" + text;
      try {
        URI parsed = URI.create(uri);
        boolean fits =
            "https".equals(parsed.getScheme())
                && parsed.getHost() != null
                && parsed.getUserInfo() == null
                && parsed.getQuery() == null
                && parsed.getPort() <= 65_535
                && parsed.getPort() != 0
                && (parsed.getPath() == null || parsed.getPath().length() <= 1);
        if (!fits) {
          return Optional.empty();
        }
        int port = parsed.getPort() < 0 ? DEFAULT_PORT : parsed.getPort();
        String host = parsed.getHost();
        return Optional.of(
            new Address(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port));
      } catch (IllegalArgumentException notAnAddress) {
        return Optional.empty();
      }
    }

    @Override
    public String toString() {
      return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
  }

  /// The certificates its own is verified against.
  public sealed interface Roots {

    /// PEM in a file, read on every connect.
    record InFile(Path file) implements Roots {}

    /// PEM as it stands.
    record Inline(String pem) implements Roots {}

    /// What the Java runtime trusts.
    record OfSystem() implements Roots {}
  }

  /// What we prove ourselves with; its text is never in a log.
  public sealed interface Token {

    /// In a file, read for every request, because it is renewed.
    record InFile(Path file) implements Token {}

    /// The token itself.
    record Literal(String text) implements Token {
      @Override
      public String toString() {
        return "Literal[hidden]";
      }
    }
  }
}
