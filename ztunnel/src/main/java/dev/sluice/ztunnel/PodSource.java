package dev.sluice.ztunnel;

import dev.sluice.runtime.process.Environment;
import dev.sluice.ztunnel.capture.CapturePlan;
import dev.sluice.ztunnel.workload.Served;
import java.nio.file.Path;

/// Who tells of the pods whose traffic is captured inside of them.
public sealed interface PodSource {

  /// Nobody: what there is comes in by explicit listeners.
  record Nobody() implements PodSource {}

  /// The capture file.
  record InFile(Path file) implements PodSource {}

  /// The node's agent, which listens on `socket`.
  record Agent(Path socket) implements PodSource {}

  /// There is one pod, `namespace/name`, and the proxy runs in it.
  record Own(String workload) implements PodSource {}

  /// Whether the proxy listens in pods.
  default boolean isInPods() {
    return !(this instanceof Nobody);
  }

  /// Reads who it is; problems are left with `environment`.
  ///
  /// Without a capture file a dedicated proxy captures the pod it runs in. Source of the socket's
  /// name: ztunnel's configuration.
  static PodSource read(Environment environment, CapturePlan plan, Served served) {
    var file = environment.path("SLUICE_CAPTURE_PATH");
    var agent = environment.path("INPOD_UDS");
    if (agent.isPresent() && file.isPresent()) {
      environment.problem("INPOD_UDS and SLUICE_CAPTURE_PATH exclude each other");
    }
    if (agent.isPresent()) {
      return new Agent(agent.get());
    }
    if (file.isPresent()) {
      return plan.pods().isPresent() ? new InFile(file.get()) : new Nobody();
    }
    return switch (served) {
      case Served.One(var namespace, var name, var _) -> new Own(namespace + "/" + name);
      case Served.Node _ -> new Nobody();
    };
  }
}
