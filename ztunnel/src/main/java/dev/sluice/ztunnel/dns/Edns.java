package dev.sluice.ztunnel.dns;

/// What a query says about the extensions its sender understands. Source: RFC 6891.
sealed interface Edns {

  /// Bytes of a datagram that everybody can take.
  int LEAST_PAYLOAD = 512;

  /// Bytes of a datagram, at most, whatever its receiver could take: more would be fragmented on
  /// some way.
  int MOST_PAYLOAD = 4_096;

  /// Bytes of a datagram that no usual way fragments. Source: DNS Flag Day 2020.
  int SAFE_PAYLOAD = 1_232;

  /// Nothing.
  record None() implements Edns {}

  /// Its sender takes datagrams of `payload` bytes; `flags` are the extended ones, such as "DNSSEC
  /// records wanted".
  record Offered(int payload, int flags) implements Edns {}

  /// Bytes of a datagram that answers the query, at most.
  default int mostBytes() {
    return switch (this) {
      case None() -> LEAST_PAYLOAD;
      case Offered(int payload, int _) -> Math.clamp(payload, LEAST_PAYLOAD, MOST_PAYLOAD);
    };
  }
}
