package dev.sluice.ztunnel.workload;

/// What brings the traffic of a pod into the proxy, by listeners in the pod's network namespace.
public interface PodCapture {

  /// What became of an attempt to capture a pod.
  sealed interface Captured {

    /// All of the pod's listeners accept connections.
    record Listening(Listeners listeners) implements Captured {}

    /// None does: whatever was bound is closed again.
    record Failed(String reason) implements Captured {}
  }

  /// The listeners of one pod.
  interface Listeners {

    /// Stops to accept; connections that are open go on.
    void drain();

    /// Stops to accept and closes what came through.
    void close();
  }

  /// Captures a pod; blocks until it listens or cannot, and is not for event loops.
  ///
  /// The network namespace stays the caller's: it is open until the listeners have been closed, and
  /// connections on the pod's behalf may be made in it until then.
  Captured capture(Pod pod);
}
