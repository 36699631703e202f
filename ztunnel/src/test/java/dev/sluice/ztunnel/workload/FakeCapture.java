package dev.sluice.ztunnel.workload;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/// Captures nothing, but says what was asked of it.
public final class FakeCapture implements PodCapture {

  private final List<String> log = new CopyOnWriteArrayList<>();
  private final Map<String, String> failures = new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();

  /// Pods of this name cannot be captured for this reason.
  public void fail(String name, String reason) {
    failures.put(name, reason);
  }

  public void heal(String name) {
    failures.remove(name);
  }

  /// Capturing pods of this name takes until the latch is released.
  public CountDownLatch hold(String name) {
    var latch = new CountDownLatch(1);
    held.put(name, latch);
    return latch;
  }

  public List<String> log() {
    return List.copyOf(log);
  }

  @Override
  public Captured capture(Pod pod) {
    String what = pod.name() + "@" + pod.network().identity().inode();
    try {
      held.getOrDefault(pod.name(), new CountDownLatch(0)).await();
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
    String failure = failures.get(pod.name());
    if (failure != null) {
      log.add("failed " + what);
      return new Captured.Failed(failure);
    }
    log.add("captured " + what);
    return new Captured.Listening(
        new Listeners() {
          @Override
          public void drain() {
            log.add("drained " + what);
          }

          @Override
          public void close() {
            log.add("closed " + what);
          }
        });
  }
}
