package dev.sluice.cli.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
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
                  new Clue.OfConnection(meshed.way().client().name(), destination(meshed.way()));
            };
        yield new Seen(answer(() -> mesh.dial(meshed.way()), call), clue);
      }
      case Probe.Plaintext plaintext -> plaintext(plaintext);
    };
  }

  private Seen plaintext(Probe.Plaintext probe) {
    var local = new InetSocketAddress[1];
    Answer answer =
        answer(
            () -> {
              HttpDial dial = mesh.dialPlaintext(probe.from(), probe.pod());
              local[0] = dial.local();
              return dial;
            },
            probe.call().with("connection", "close"));
    InetSocketAddress source = local[0];
    return new Seen(
        answer,
        new Clue.OfSource(
            source == null ? "" : source.getAddress().getHostAddress() + ":" + source.getPort()));
  }

  /// The workload at the end of a way; ways of connections lead to one.
  private static String destination(Shop.Way way) {
    return Shop.SERVICES.stream()
        .filter(service -> service.target().equals(way.target()))
        .findFirst()
        .map(service -> service.pods().getFirst().name())
        .orElseGet(() -> way.target().name().replace(" pod", ""));
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
