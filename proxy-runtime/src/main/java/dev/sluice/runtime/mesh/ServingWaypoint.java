package dev.sluice.runtime.mesh;

import dev.sluice.engine.identity.SpiffeId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Which waypoint serves a Service or a workload.
public sealed interface ServingWaypoint {

  /// No waypoint: endpoints are dialled directly.
  record None() implements ServingWaypoint {}

  /// This waypoint, at any of these endpoints (their port takes HBONE); `service` is the one it is
  /// reached by, null when it is a workload's address.
  record Found(String namespace, String name, @Nullable Service service, List<Endpoint> endpoints)
      implements ServingWaypoint {
    public Found {
      endpoints = List.copyOf(endpoints);
    }

    /// Who may answer as this waypoint.
    public Set<SpiffeId> identities() {
      return endpoints.stream()
          .map(endpoint -> endpoint.workload().identity())
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  /// A waypoint is named but nothing in the mesh answers to the name: never a reason to go around
  /// it. `gateway` is what it is named by.
  record Unresolved(GatewayAddress gateway, String detail) implements ServingWaypoint {}
}
