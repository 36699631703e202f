package dev.sluice.runtime.process;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/// Ends a proxy without haste: accept nothing new, let what is open finish, cut the rest at the
/// deadline.
public final class Drain {

  private static final Duration LOOK = Duration.ofMillis(20);

  private final Duration deadline;
  private final CountDownLatch requested = new CountDownLatch(1);
  private final List<Drainable> parts = new CopyOnWriteArrayList<>();

  public Drain(Duration deadline) {
    this.deadline = deadline;
  }

  /// A part of the proxy that has something open.
  public interface Drainable {
    /// Closes listeners and tells peers to go elsewhere; open connections go on.
    void stopAccepting();

    /// Connections still open.
    int open();

    /// Cuts what is left.
    void cutAll();
  }

  /// Lets a part take part in the drain.
  public void add(Drainable part) {
    parts.add(part);
  }

  /// Asks for the drain to begin; returns at once and may be repeated.
  public void request() {
    requested.countDown();
  }

  public boolean isRequested() {
    return requested.getCount() == 0;
  }

  /// Waits until somebody asks.
  public void awaitRequest() throws InterruptedException {
    requested.await();
  }

  /// Drains, at most until the deadline; returns how many connections had to be cut.
  public int run() throws InterruptedException {
    parts.forEach(Drainable::stopAccepting);
    Instant end = Instant.now().plus(deadline);
    while (open() > 0 && Instant.now().isBefore(end)) {
      Thread.sleep(LOOK);
    }
    int left = open();
    parts.forEach(Drainable::cutAll);
    return left;
  }

  private int open() {
    return parts.stream().mapToInt(Drainable::open).sum();
  }
}
