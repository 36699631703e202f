package dev.sluice.ztunnel;

import dev.sluice.ztunnel.capture.Capture;
import dev.sluice.ztunnel.capture.InPodCapture;
import dev.sluice.ztunnel.capture.PodFile;
import dev.sluice.ztunnel.workload.PodCapture.Captured;
import dev.sluice.ztunnel.workload.Pods;
import dev.sluice.ztunnel.zds.AgentLink;
import java.util.List;

/// The pods that are captured inside of them, and who tells of them.
final class NodePods implements AutoCloseable {

  private final Runnable close;

  private NodePods(Runnable close) {
    this.close = close;
  }

  /// Captures what the settings say, from now on.
  static NodePods start(ZtunnelSettings settings, Capture capture, Conditions conditions) {
    if (!(capture instanceof InPodCapture inPods)) {
      return new NodePods(() -> {});
    }
    return switch (settings.podSource()) {
      case PodSource.Nobody() -> new NodePods(() -> {});
      case PodSource.Own(var workload) -> own(inPods, workload, conditions);
      case PodSource.InFile(var file) -> {
        Pods pods = pods(settings, inPods, conditions);
        PodFile told = PodFile.start(file, pods, conditions::captureIs);
        yield new NodePods(() -> {
          told.close();
          pods.close();
        });
      }
      case PodSource.Agent(var socket) -> {
        Pods pods = pods(settings, inPods, conditions);
        AgentLink link = AgentLink.start(socket, pods);
        yield new NodePods(() -> {
          link.close();
          pods.close();
        });
      }
    };
  }

  private static Pods pods(ZtunnelSettings settings, InPodCapture capture, Conditions conditions) {
    return Pods.start(
        capture,
        settings.common().drainDeadline(),
        new Pods.Listener() {
          @Override
          public void changed() {}

          @Override
          public void missing(List<String> problems) {
            conditions.podsAre(problems);
          }
        });
  }

  private static NodePods own(InPodCapture capture, String workload, Conditions conditions) {
    return switch (capture.captureHere(workload)) {
      case Captured.Failed(var reason) -> {
        conditions.captureIs(List.of(reason));
        yield new NodePods(() -> {});
      }
      case Captured.Listening(var listeners) -> new NodePods(listeners::close);
    };
  }

  @Override
  public void close() {
    close.run();
  }
}
