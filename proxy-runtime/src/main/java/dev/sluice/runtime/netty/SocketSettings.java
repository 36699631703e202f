package dev.sluice.runtime.netty;

import java.time.Duration;
import java.util.Optional;

/// The socket options that every listener and dial of a process shares.
///
/// `userTimeout` is TCP_USER_TIMEOUT: how long sent bytes may stay unacknowledged. The defaults are
/// upstream ztunnel's.
public record SocketSettings(
    Ports ports, Optional<Keepalive> keepalive, Optional<Duration> userTimeout) {

  /// Whether another process of the same user may listen on the same address.
  public enum Ports {
    /// SO_REUSEPORT: a successor may join, and takes over when this process retires.
    SHARED,
    EXCLUSIVE
  }

  /// TCP keepalive: probes go out after `idle` without traffic, `interval` apart, `probes` times.
  public record Keepalive(Duration idle, Duration interval, int probes) {

    /// How long a dead peer stays unnoticed at most.
    public Duration span() {
      return idle.plus(interval.multipliedBy(probes));
    }
  }

  public static SocketSettings defaults() {
    Duration threeMinutes = Duration.ofMinutes(3);
    return new SocketSettings(
        Ports.SHARED, Optional.of(new Keepalive(threeMinutes, threeMinutes, 9)), Optional.empty());
  }
}
