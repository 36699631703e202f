package dev.sluice.ztunnel;

import dev.sluice.ztunnel.capture.Capture;
import dev.sluice.ztunnel.capture.InPodCapture;
import dev.sluice.ztunnel.capture.PodFile;
import dev.sluice.ztunnel.workload.Pods;
import java.util.List;
import java.util.Optional;

/// The pods of the node, and the file that names them.
record NodePods(Pods pods, PodFile file) implements AutoCloseable {

  /// Captures the pods of the capture file, if it names pods.
  static Optional<NodePods> start(
      ZtunnelSettings settings, Capture capture, Conditions conditions) {
    var file = settings.captureFile();
    if (!(capture instanceof InPodCapture inPods) || file.isEmpty()) {
      return Optional.empty();
    }
    var pods =
        Pods.start(
            inPods,
            settings.common().drainDeadline(),
            new Pods.Listener() {
              @Override
              public void changed() {}

              @Override
              public void missing(List<String> problems) {
                conditions.podsAre(problems);
              }
            });
    return Optional.of(new NodePods(pods, PodFile.start(file.get(), pods, conditions::captureIs)));
  }

  @Override
  public void close() {
    file.close();
    pods.close();
  }
}
