package dev.sluice.runtime.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// Waiting times that double from `first` to `most`, each off by at most `jitter` of itself either
/// way (0 to 1), so that many who failed at once do not come back at once.
public record Backoff(Duration first, Duration most, double jitter) {

  private static final int MOST_DOUBLINGS = 30;

  /// @throws IllegalArgumentException when a time is not positive or the jitter is out of range
  public Backoff {
    if (!first.isPositive() || most.compareTo(first) < 0 || jitter < 0 || jitter > 1) {
      throw new IllegalArgumentException("no backoff from " + first + " to " + most);
    }
  }

  /// How long to wait after so many failures in a row, at least 1.
  public Duration after(int failures, RandomGenerator random) {
    int doublings = Math.clamp(failures - 1L, 0, MOST_DOUBLINGS);
    double nanos = Math.min((double) first.toNanos() * (1L << doublings), (double) most.toNanos());
    return Duration.ofNanos((long) spread(nanos, jitter, random));
  }

  /// A duration off by at most `jitter` of itself either way.
  public static Duration spread(Duration duration, double jitter, RandomGenerator random) {
    return Duration.ofNanos((long) spread((double) duration.toNanos(), jitter, random));
  }

  private static double spread(double nanos, double jitter, RandomGenerator random) {
    return nanos * (1 + jitter * (2 * random.nextDouble() - 1));
  }
}
