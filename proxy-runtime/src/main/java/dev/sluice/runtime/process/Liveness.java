package dev.sluice.runtime.process;

import dev.sluice.runtime.netty.Transport;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/// Whether the proxy still moves: every event loop runs what it is given.
///
/// A proxy that is not ready may be alive; one that is not alive will not recover by itself.
public final class Liveness {

  /// How long an event loop may take, all together.
  public static final Duration PATIENCE = Duration.ofSeconds(2);

  private record Asked(int number, CountDownLatch answered) {}

  private final Transport transport;

  public Liveness(Transport transport) {
    this.transport = transport;
  }

  /// The event loops that do not answer, by number from 1; waits, and is not for event loops.
  public List<Integer> stuck() throws InterruptedException {
    var asked = new ArrayList<Asked>();
    for (EventExecutor loop : transport.loops()) {
      asked.add(ask(asked.size() + 1, loop));
    }
    long end = System.nanoTime() + PATIENCE.toNanos();
    var stuck = new ArrayList<Integer>();
    for (Asked question : asked) {
      long left = Math.max(0, end - System.nanoTime());
      if (!question.answered().await(left, TimeUnit.NANOSECONDS)) {
        stuck.add(question.number());
      }
    }
    return stuck;
  }

  private static Asked ask(int number, EventExecutor loop) {
    var answered = new CountDownLatch(1);
    try {
      loop.execute(answered::countDown);
    } catch (RejectedExecutionException stopped) {
      // A loop that was stopped answers no more, and that is the answer.
      return new Asked(number, answered);
    }
    return new Asked(number, answered);
  }
}
