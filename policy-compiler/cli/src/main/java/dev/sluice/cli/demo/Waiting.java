package dev.sluice.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/// Waits for something to become true.
final class Waiting {

  private static final Duration PAUSE = Duration.ofMillis(5);

  private Waiting() {}

  /// Something that is true or not yet.
  interface Condition {
    boolean holds() throws IOException;
  }

  /// Waits until a condition holds; fails when it does not in time.
  static void until(String what, Duration atMost, Condition condition) throws InterruptedException {
    if (!within(atMost, condition)) {
      throw new DemoFailure("waited " + atMost.toSeconds() + " s in vain for " + what, List.of());
    }
  }

  /// Waits until a condition holds; false when it does not in time.
  static boolean within(Duration atMost, Condition condition) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    try {
      while (!condition.holds()) {
        if (System.nanoTime() > deadline) {
          return false;
        }
        Thread.sleep(PAUSE);
      }
      return true;
    } catch (IOException dead) {
      throw new UncheckedIOException("a proxy does not answer", dead);
    }
  }
}
