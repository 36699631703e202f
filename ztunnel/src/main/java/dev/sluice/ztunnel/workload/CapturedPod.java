package dev.sluice.ztunnel.workload;

import dev.sluice.ztunnel.workload.PodCapture.Captured;
import dev.sluice.ztunnel.workload.PodCapture.Listeners;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One pod from its announcement to its end; its lock is held while it is captured, so it is
/// captured once and released after that.
final class CapturedPod {

  private static final Logger LOG = LoggerFactory.getLogger(CapturedPod.class);

  private final Pod pod;
  private final PodCapture capture;
  private final PodCounts counts;
  private Optional<Listeners> listeners = Optional.empty();
  private volatile PodState.Phase phase = PodState.Phase.PENDING;
  private volatile String problem = "not captured yet";

  CapturedPod(Pod pod, PodCapture capture, PodCounts counts) {
    this.pod = pod;
    this.capture = capture;
    this.counts = counts;
    counts.pending.incrementAndGet();
  }

  Pod pod() {
    return pod;
  }

  boolean isSame(Pod other) {
    return pod.network().identity().equals(other.network().identity());
  }

  boolean isPending() {
    return phase == PodState.Phase.PENDING;
  }

  String problem() {
    return problem;
  }

  PodState state() {
    return new PodState(pod, phase, isPending() ? problem : "");
  }

  /// Captures the pod unless it is already.
  synchronized PodEvents.Added attempt() {
    return switch (phase) {
      case UP -> new PodEvents.Added.Serving();
      case DRAINING -> new PodEvents.Added.Pending("the pod left");
      case PENDING ->
          switch (capture.capture(pod)) {
            case Captured.Listening(var bound) -> up(bound);
            case Captured.Failed(var reason) -> pending(reason);
          };
    };
  }

  private PodEvents.Added up(Listeners bound) {
    listeners = Optional.of(bound);
    phase = PodState.Phase.UP;
    counts.pending.decrementAndGet();
    counts.active.incrementAndGet();
    counts.started.increment();
    LOG.atInfo().addKeyValue("pod", pod).log("pod captured");
    return new PodEvents.Added.Serving();
  }

  private PodEvents.Added pending(String reason) {
    if (!reason.equals(problem)) {
      LOG.atError().addKeyValue("pod", pod).addKeyValue("problem", reason).log("pod not captured");
    }
    problem = reason;
    return new PodEvents.Added.Pending(reason);
  }

  /// Stops to accept; what is open goes on, and the namespace stays open.
  synchronized void drain() {
    listeners.ifPresent(Listeners::drain);
  }

  /// Stops to accept, gives what is open this long, then closes it and the namespace.
  synchronized void release(Duration lingering) {
    PodState.Phase before = phase;
    phase = PodState.Phase.DRAINING;
    switch (before) {
      case PENDING -> {
        counts.pending.decrementAndGet();
        pod.network().close();
      }
      case UP -> {
        counts.active.decrementAndGet();
        counts.stopped.increment();
        listeners.ifPresent(bound -> end(bound, lingering));
      }
      case DRAINING -> {
        // Whoever was first ends it.
      }
    }
  }

  private void end(Listeners bound, Duration lingering) {
    if (lingering.isZero()) {
      bound.close();
      pod.network().close();
      return;
    }
    bound.drain();
    Thread.ofVirtual()
        .name("pod-end")
        .start(() -> {
          try {
            Thread.sleep(lingering);
          } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
          }
          bound.close();
          pod.network().close();
        });
  }
}
