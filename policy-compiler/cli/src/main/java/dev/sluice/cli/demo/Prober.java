package dev.sluice.cli.demo;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;

/// Makes attempts, one after the other, and finds what the proxies logged about each.
final class Prober {

  private static final Duration LOG_PATIENCE = Duration.ofSeconds(5);

  private final DemoMesh mesh;
  private final String step;
  private int number;

  /// @param step the part of the demo that the observations belong to
  Prober(DemoMesh mesh, String step) {
    this.mesh = mesh;
    this.step = step;
  }

  /// Makes an attempt and compares it with what is expected.
  Observation.Decided observe(Probe probe) throws IOException, InterruptedException {
    mesh.checkAlive();
    AccessLogFile log = mesh.log(probe.expected().where());
    long mark = log.end();
    String id = "demo-" + ProcessHandle.current().pid() + "-" + step + "-" + ++number;
    Seen seen = attempt(probe, id);
    Optional<AccessLine> line = log.await(mark, seen.clue()::fits, LOG_PATIENCE);
    return Observation.Decided.of(step, probe, seen.answer(), line);
  }

  private record Seen(Answer answer, Clue clue) {}

  private Seen attempt(Probe probe, String id) {
    return switch (probe) {
      case Probe.Meshed meshed -> {
        var call = meshed.call().with("x-request-id", id).with("connection", "close");
        Clue clue =
            switch (meshed.sense()) {
              case REQUEST -> new Clue.OfRequest(id);
              case CONNECTION ->
                  new Clue.OfConnection(
                      meshed.way().client().name(), meshed.way().target().workload());
            };
        yield new Seen(answer(() -> mesh.dial(meshed.way()), call), clue);
      }
      case Probe.Plaintext(var from, var pod, _) ->
          new Seen(
              answer(() -> mesh.dialPlaintext(from, pod), probe.call().with("connection", "close")),
              new Clue.OfPlaintext(mesh.addresses().of(from), pod.name()));
    };
  }

  private interface Dial {
    HttpDial open() throws IOException;
  }

  private static Answer answer(Dial dial, HttpCall call) {
    try (HttpDial open = dial.open()) {
      return new Answer.Replied(open.exchange(call));
    } catch (SocketTimeoutException late) {
      return new Answer.Silence();
    } catch (IOException ended) {
      return new Answer.Cut(String.valueOf(ended.getMessage()));
    }
  }
}
