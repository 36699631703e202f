package dev.sluice.ztunnel.workload;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// How many pods are served and waited for, and were begun and ended since the start.
public final class PodCounts {

  final AtomicInteger active = new AtomicInteger();
  final AtomicInteger pending = new AtomicInteger();
  final LongAdder started = new LongAdder();
  final LongAdder stopped = new LongAdder();

  PodCounts() {}

  /// Pods whose listeners accept connections.
  public int active() {
    return active.get();
  }

  /// Pods announced that cannot be captured yet.
  public int pending() {
    return pending.get();
  }

  /// Pods captured since the start.
  public long started() {
    return started.sum();
  }

  /// Pods captured once that left since.
  public long stopped() {
    return stopped.sum();
  }
}
