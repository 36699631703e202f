package dev.sluice.ztunnel.capture;

import dev.sluice.runtime.netty.Sockets;
import dev.sluice.ztunnel.workload.PodCapture;

/// Something else that listens in every captured pod, such as a DNS proxy.
public interface PodService {

  /// What became of an attempt to listen in a pod.
  sealed interface Opened {

    /// It listens.
    record Listening(PodCapture.Listeners listeners) implements Opened {}

    /// It does not, and the pod is not captured without it.
    record Failed(String reason) implements Opened {}
  }

  /// Listens for the workload `namespace/name` with sockets in its pod; blocks until it does or
  /// cannot.
  Opened open(String workload, Sockets sockets);
}
