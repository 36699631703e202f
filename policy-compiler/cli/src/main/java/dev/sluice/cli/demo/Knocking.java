package dev.sluice.cli.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/// Tries again and again to open a connection that is refused, until it is let in.
final class Knocking implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final long NEVER = Long.MIN_VALUE;

  private final AtomicLong letIn = new AtomicLong(NEVER);
  private final Thread thread;
  private volatile boolean stopped;

  private Knocking(DemoMesh mesh, Shop.Way way) {
    thread = Thread.ofVirtual().unstarted(() -> knock(mesh, way));
  }

  static Knocking start(DemoMesh mesh, Shop.Way way) {
    var knocking = new Knocking(mesh, way);
    knocking.thread.start();
    return knocking;
  }

  private void knock(DemoMesh mesh, Shop.Way way) {
    while (!stopped && letIn.get() == NEVER) {
      try (HttpDial dial = mesh.dial(way)) {
        if (dial.exchange(HttpCall.get("/").with("connection", "close")).status() == 200) {
          letIn.set(System.nanoTime());
        }
      } catch (IOException refused) {
        // that is what knocking is about: the next attempt may be let in
      }
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /// When it was first let in, of `System.nanoTime`; empty when it was not yet.
  OptionalLong letIn() {
    long at = letIn.get();
    return at == NEVER ? OptionalLong.empty() : OptionalLong.of(at);
  }

  @Override
  public void close() {
    stopped = true;
  }
}
