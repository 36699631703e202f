package dev.sluice.runtime.hbone;

import java.util.concurrent.TimeUnit;

/// Counts what a peer makes us do for nothing, per connection and time window.
///
/// PING and SETTINGS cost an answer each; a stream reset before its answer costs a decision and a
/// dial (CVE-2023-44487). Both happen in honest traffic too, only not that often.
final class FloodGuard {

  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final HboneSettings.Limits limits;
  private long windowStart = System.nanoTime();
  private int controls;
  private int abandoned;

  FloodGuard(HboneSettings.Limits limits) {
    this.limits = limits;
  }

  /// Counts a frame that only asks for an answer; false when there were too many.
  boolean control() {
    turn();
    return ++controls <= limits.controlFrames();
  }

  /// Counts a tunnel given up before it was answered; false when there were too many.
  boolean abandoned() {
    turn();
    return ++abandoned <= limits.abandonedTunnels();
  }

  private void turn() {
    long now = System.nanoTime();
    if (now - windowStart > WINDOW_NANOS) {
      windowStart = now;
      controls = 0;
      abandoned = 0;
    }
  }
}
