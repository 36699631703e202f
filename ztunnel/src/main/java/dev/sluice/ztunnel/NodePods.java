package dev.sluice.ztunnel;

import dev.sluice.ztunnel.capture.Capture;
import dev.sluice.ztunnel.capture.InPodCapture;
import dev.sluice.ztunnel.capture.PodFile;
import dev.sluice.ztunnel.workload.PodCapture.Captured;
import dev.sluice.ztunnel.workload.PodState;
import dev.sluice.ztunnel.workload.Pods;
import dev.sluice.ztunnel.zds.AgentLink;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The pods that are captured inside of them, and who tells of them.
final class NodePods implements AutoCloseable {

  private final Supplier<List<PodState>> states;
  private final Runnable close;

  private NodePods(Supplier<List<PodState>> states, Runnable close) {
    this.states = states;
    this.close = close;
  }

  private static NodePods none(Runnable close) {
    return new NodePods(List::of, close);
  }

  /// Captures what the settings say, from now on.
  static NodePods start(ZtunnelSettings settings, Capture capture, Conditions conditions) {
    if (!(capture instanceof InPodCapture inPods)) {
      return none(() -> {});
    }
    return switch (settings.podSource()) {
      case PodSource.Nobody() -> none(() -> {});
      case PodSource.Own(var workload) -> own(inPods, workload, conditions);
      case PodSource.InFile(var file) -> {
        Pods pods = pods(settings, inPods, conditions);
        PodFile told = PodFile.start(file, pods, conditions::captureIs);
        yield new NodePods(
            pods::states,
            () -> {
              told.close();
              pods.close();
            });
      }
      case PodSource.Agent(var socket) -> {
        Pods pods = pods(settings, inPods, conditions);
        AgentLink link = AgentLink.start(socket, pods);
        yield new NodePods(
            pods::states,
            () -> {
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
        yield none(() -> {});
      }
      case Captured.Listening(var listeners) -> none(listeners::close);
    };
  }

  /// Each pod by its UID, as upstream's tools read it.
  Map<String, Object> dump() {
    var result = new LinkedHashMap<String, Object>();
    for (PodState state : states.get()) {
      var pod = state.pod();
      var info =
          Map.of(
              "name", pod.name(),
              "namespace", pod.namespace(),
              "serviceAccount", pod.serviceAccount());
      result.put(
          pod.uid(),
          Map.of("state", state.phase().text(), "info", info, "problem", state.problem()));
    }
    return result;
  }

  @Override
  public void close() {
    close.run();
  }
}
