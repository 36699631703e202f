package dev.sluice.ztunnel.outbound;

import dev.sluice.engine.shard.PolicyShard.WaypointBinding;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.ServingWaypoint;
import dev.sluice.runtime.mesh.Workload;

/// The waypoint that traffic to a Service has to pass: what the mesh says, held against what the
/// signed bundle says.
sealed interface BoundWaypoint {

  /// None.
  record None() implements BoundWaypoint {}

  /// This one.
  record Through(ServingWaypoint.Found waypoint) implements BoundWaypoint {}

  /// It cannot be found, or is another one than was signed.
  record Refused(Route.Refused route) implements BoundWaypoint {}

  /// Where several waypoints share the traffic, the signed one takes all of ours.
  static BoundWaypoint of(RouteChooser.Query query, Service service, long random) {
    var binding = query.policy().binding(service.namespace(), service.name());
    ServingWaypoint serving =
        binding
            .flatMap(signed ->
                query.mesh().waypointsOf(service).stream()
                    .filter(waypoint -> name(waypoint).equals(name(signed)))
                    .findFirst())
            .orElseGet(() -> query.mesh().waypointOf(service, random));
    return switch (serving) {
      case ServingWaypoint.Unresolved(var _, var detail) ->
          new Refused(new Route.Refused("waypoint_unresolved", detail));
      case ServingWaypoint.Found found when isRunBy(query.source(), found) -> new None();
      case ServingWaypoint.Found _, ServingWaypoint.None _ ->
          binding
              .filter(signed -> !name(signed).equals(name(serving)))
              .<BoundWaypoint>map(signed -> drift(service, name(serving), name(signed)))
              .orElseGet(() ->
                  serving instanceof ServingWaypoint.Found found ? new Through(found) : new None());
    };
  }

  /// Whether a workload is one of the waypoint's own.
  static boolean isRunBy(Workload source, ServingWaypoint.Found waypoint) {
    return waypoint.endpoints().stream()
        .anyMatch(endpoint -> endpoint.workload().uid().equals(source.uid()));
  }

  private static String name(ServingWaypoint waypoint) {
    return waypoint instanceof ServingWaypoint.Found found
        ? found.namespace() + "/" + found.name()
        : "";
  }

  private static String name(WaypointBinding binding) {
    return binding.waypointName().isEmpty()
        ? ""
        : binding.waypointNamespace() + "/" + binding.waypointName();
  }

  private static Refused drift(Service service, String observed, String signed) {
    return new Refused(
        new Route.Refused(
            "binding_drift",
            "Service `"
                + service.namespace()
                + "/"
                + service.name()
                + "` is served by `"
                + (observed.isEmpty() ? "no waypoint" : observed)
                + "`, the bundle says `"
                + (signed.isEmpty() ? "no waypoint" : signed)
                + "`"));
  }
}
