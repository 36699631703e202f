package dev.sluice.compiler.equivalence;

import dev.sluice.compiler.syntax.TopologyDocument.Port;
import dev.sluice.compiler.syntax.TopologyDocument.Service;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.Peer;
import java.util.Map;
import java.util.Optional;

/// One client trying to reach a workload on one path.
record Attempt(Peer peer, String source, Path path, Optional<Http> http) {

  /// How the client reaches the workload.
  sealed interface Path {
    Workload workload();

    /// The workload port the connection ends at.
    int port();

    /// By the pod's address, or a Service without waypoint.
    record Direct(Workload workload, int port) implements Path {}

    /// By a Service behind the waypoint; `backend` is the Service the route chose, the same without
    /// a route.
    record ThroughWaypoint(
        World.WaypointName waypoint, Service service, Port servicePort, Workload workload, int port)
        implements Path {}
  }

  /// The HTTP request on the connection.
  record Http(
      String method,
      String host,
      String path,
      Map<String, String> headers,
      Credential credential) {}
}
