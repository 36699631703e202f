package dev.sluice.compiler.walk;

import dev.sluice.compiler.walk.Journey.Ending;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.PolicyId;
import java.util.List;
import java.util.Optional;

/// A way a case may go, before anything is decided: the proxies to ask, in order.
record Trip(List<Stop> stops, Optional<PolicyId> route, Ending ending) {

  Trip {
    stops = List.copyOf(stops);
  }

  /// One proxy to ask about one workload port.
  record Stop(Hop.Proxy proxy, Proxies.Sliced sliced, String workload, int port, View view) {}

  /// What a proxy sees of the case.
  sealed interface View {
    /// The client's own connection to the pod.
    record Dialled() implements View {}

    /// The client's connection to a Service port, as bytes.
    record Tunnel(int servicePort) implements View {}

    /// The client's request to a Service port, with its canonical path.
    record Request(int servicePort, String path) implements View {}

    /// The connection of a waypoint.
    record Relayed(SpiffeId waypoint) implements View {}
  }
}
