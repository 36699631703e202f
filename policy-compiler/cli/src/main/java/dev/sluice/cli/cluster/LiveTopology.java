package dev.sluice.cli.cluster;

import dev.sluice.cli.terminal.Progress;
import dev.sluice.cli.terminal.Terminal;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedSet;

/// Reads a cluster for a command, with progress on its terminal.
public final class LiveTopology {

  /// How long one request may take unless the user says otherwise.
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private LiveTopology() {}

  /// What came of it.
  public sealed interface Outcome {
    /// It was read, as far as it may be.
    record Captured(Capture capture) implements Outcome {}

    /// No such cluster is configured.
    record NotConfigured(String message, String help) implements Outcome {}

    /// The cluster does not answer, or not to this user.
    record Unreachable(String message, String help) implements Outcome {}
  }

  /// Which part of which cluster to read.
  public record Request(Optional<String> context, SortedSet<String> namespaces, Duration timeout) {}

  /// Reads the cluster.
  public static Outcome read(Request request, Terminal terminal) {
    return switch (Cluster.open(request.context(), terminal.variables(), request.timeout())) {
      case Cluster.Opened.NotConfigured(var message, var help) ->
          new Outcome.NotConfigured(message, help);
      case Cluster.Opened.Ready(var cluster) -> {
        try (cluster;
            var progress = Progress.start(terminal, "reading the cluster")) {
          yield switch (cluster.capture(
              request.namespaces(),
              terminal.clock().instant(),
              (kind, done, of) -> progress.reach(done, of, kind.resource()))) {
            case Cluster.Outcome.Captured(var capture) -> new Outcome.Captured(capture);
            case Cluster.Outcome.Unreachable(var message, var help) ->
                new Outcome.Unreachable(message, help);
          };
        }
      }
    };
  }
}
