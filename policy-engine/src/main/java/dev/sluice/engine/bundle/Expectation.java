package dev.sluice.engine.bundle;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What a proxy expects of a bundle: who it is for, that it is not older than what was accepted
/// before, and the time, read once per attempt.
public record Expectation(
    String audience, String channel, Optional<HighWaterMark> highWaterMark, Instant now) {

  /// Tolerated difference of clocks, both ways.
  public static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  /// The time to judge validity by: never before the latest issue time that was ever accepted.
  public Instant time() {
    return highWaterMark
        .map(HighWaterMark::latestIssuedAt)
        .filter(latest -> latest.isAfter(now))
        .orElse(now);
  }

  /// Whether the local clock is behind what accepted bundles prove, beyond the tolerated skew.
  public boolean isClockBehind() {
    return time().isAfter(now.plus(CLOCK_SKEW));
  }
}
