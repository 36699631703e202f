package dev.sluice.cli.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Steady traffic on long-lived connections: each sends one request after the other until it is
/// told to stop or its connection ends.
final class Flow implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(5);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// What one connection has been through so far; times are of `System.nanoTime`.
  ///
  /// `end` is empty while the connection lives.
  record Tally(
      int served, int denied, int other, int servedAfterDenied, OptionalLong firstDenied, End end) {

    /// How a connection ended, if it did.
    record End(OptionalLong at, String how) {
      static final End NONE = new End(OptionalLong.empty(), "");
    }

    static Tally fresh() {
      return new Tally(0, 0, 0, 0, OptionalLong.empty(), End.NONE);
    }

    /// After one more answer.
    Tally answered(int status, long now) {
      return switch (status) {
        case 200 ->
            new Tally(
                served + 1,
                denied,
                other,
                servedAfterDenied + (denied > 0 ? 1 : 0),
                firstDenied,
                end);
        case 403 ->
            new Tally(
                served,
                denied + 1,
                other,
                servedAfterDenied,
                firstDenied.isPresent() ? firstDenied : OptionalLong.of(now),
                end);
        default -> new Tally(served, denied, other + 1, servedAfterDenied, firstDenied, end);
      };
    }

    /// After the connection ended.
    Tally ended(long now, String how) {
      return new Tally(
          served,
          denied,
          other,
          servedAfterDenied,
          firstDenied,
          new End(OptionalLong.of(now), how));
    }

    boolean isAlive() {
      return end.at().isEmpty();
    }
  }

  private final List<Line> lines = new ArrayList<>();

  private Flow() {}

  private static final class Line {
    private final HttpDial dial;
    private final HttpCall call;
    private volatile Tally tally = Tally.fresh();
    private volatile boolean stopped;

    Line(HttpDial dial, HttpCall call) {
      this.dial = dial;
      this.call = call;
    }

    void run() {
      try {
        while (!stopped) {
          int status = dial.exchange(call).status();
          tally = tally.answered(status, System.nanoTime());
          Thread.sleep(PAUSE);
        }
      } catch (IOException ended) {
        tally = tally.ended(System.nanoTime(), String.valueOf(ended.getMessage()));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private final List<Thread> threads = new ArrayList<>();

  /// Opens so many connections and starts to send.
  static Flow start(DemoMesh mesh, Shop.Way way, HttpCall call, int connections)
      throws IOException {
    var flow = new Flow();
    for (int i = 0; i < connections; i++) {
      var line = new Line(mesh.dial(way), call);
      flow.lines.add(line);
      flow.threads.add(Thread.startVirtualThread(line::run));
    }
    return flow;
  }

  /// What each connection has been through so far.
  List<Tally> tallies() {
    return lines.stream().map(line -> line.tally).toList();
  }

  /// Answers with 200 on all connections.
  int served() {
    return tallies().stream().mapToInt(Tally::served).sum();
  }

  /// Waits until every connection was served so often more than now.
  void awaitServed(int more) throws InterruptedException {
    var before = tallies();
    Waiting.until(
        "steady traffic",
        PATIENCE,
        () -> {
          var now = tallies();
          for (int i = 0; i < now.size(); i++) {
            if (now.get(i).served() < before.get(i).served() + more) {
              return false;
            }
          }
          return true;
        });
  }

  /// Stops sending, after the answers that are due.
  void stop() throws InterruptedException {
    lines.forEach(line -> line.stopped = true);
    for (Thread thread : threads) {
      thread.join(PATIENCE);
    }
  }

  @Override
  public void close() throws IOException {
    for (Line line : lines) {
      line.stopped = true;
      line.dial.close();
    }
  }
}
