package dev.sluice.ztunnel.inbound;

import dev.sluice.engine.policy.Cidr;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

/// The `:authority` of a CONNECT request: an address or a hostname, with a port of 1 to 65535.
sealed interface Authority {

  int port();

  /// An IP address; IPv6 comes in brackets.
  record ByAddress(InetAddress address, int port) implements Authority {}

  /// A hostname in lower case.
  record ByHostname(String hostname, int port) implements Authority {}

  /// Parses an authority; empty when it has another shape. Source: RFC 9110 §9.3.6.
  static Optional<Authority> parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || text.length() > 300) {
      return Optional.empty();
    }
    int port = port(text.substring(colon + 1));
    String host = text.substring(0, colon);
    if (port == 0) {
      return Optional.empty();
    }
    if (host.startsWith("[") && host.endsWith("]")) {
      return address(host.substring(1, host.length() - 1), port);
    }
    if (host.indexOf(':') >= 0) {
      return Optional.empty();
    }
    Optional<Authority> address = address(host, port);
    return address.isPresent() || !isHostname(host)
        ? address
        : Optional.of(new ByHostname(host.toLowerCase(Locale.ROOT), port));
  }

  private static Optional<Authority> address(String text, int port) {
    return text.indexOf('/') >= 0
        ? Optional.empty()
        : Cidr.parse(text).map(block -> new ByAddress(block.network(), port));
  }

  private static int port(String text) {
    boolean digits =
        !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = digits ? Integer.parseInt(text) : 0;
    return port <= 65_535 ? port : 0;
  }

  // A name whose last label is all digits would be an address that was not understood.
  private static boolean isHostname(String text) {
    boolean allowed =
        text.length() <= 253
            && text.chars()
                .allMatch(c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '-'
                        || c == '_'
                        || c == '.');
    String last = text.substring(text.lastIndexOf('.') + 1);
    return allowed && !last.isEmpty() && !last.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
