package dev.sluice.compiler.place;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.RouteParent;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.Waypoint;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.Guard.Admission;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.PortSet;
import dev.sluice.engine.policy.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which waypoints each Service's workloads take traffic from as already judged, and on which
/// ports.
///
/// A waypoint evaluates everything that applies to the workload it forwards to, with the client's
/// identity, so ztunnel admits it: on the target ports of the Services it serves, and of the
/// backends its routes send to.
final class Admissions {

  private final Map<String, Map<Waypoint, PortSet>> byService = new TreeMap<>();
  private final LinkedMesh mesh;

  private Admissions(LinkedMesh mesh) {
    this.mesh = mesh;
  }

  /// One guard per Service that any waypoint forwards to.
  static List<Guard> of(LinkedMesh mesh) {
    var admissions = new Admissions(mesh);
    for (LinkedService service : mesh.sortedServices()) {
      service
          .waypoints()
          .forEach(waypoint -> admissions.admit(service, waypoint, service.targetPorts()));
    }
    for (LinkedPolicy policy : mesh.policies()) {
      if (policy instanceof LinkedPolicy.Route route) {
        admissions.admitBackends(route);
      }
    }
    return admissions.guards();
  }

  /// The name of the guard that lets waypoints through to a Service's endpoints.
  static PolicyId idOf(LinkedService service) {
    return new PolicyId("Guard", service.namespace(), "service-" + service.name());
  }

  private void admitBackends(LinkedPolicy.Route route) {
    for (Waypoint waypoint : waypointsOf(route)) {
      for (var rule : route.syntax().rules()) {
        for (var backend : rule.backends()) {
          mesh.service(backend.namespace(), backend.name())
              .ifPresent(
                  service -> admit(service, waypoint, targets(service, backend.port().orElse(-1))));
        }
      }
    }
  }

  /// The waypoints that apply a route.
  static List<Waypoint> waypointsOf(LinkedPolicy.Route route) {
    var waypoints = new ArrayList<Waypoint>();
    for (RouteParent parent : route.parents()) {
      switch (parent) {
        case RouteParent.OfService(var service, int _, var _) ->
            waypoints.addAll(service.waypoints());
        case RouteParent.OfWaypoint(var waypoint, var _) -> waypoints.add(waypoint);
        case RouteParent.NotOurs _ -> {}
      }
    }
    return waypoints.stream().distinct().toList();
  }

  private static PortSet targets(LinkedService service, int port) {
    var targets = new TreeSet<Integer>();
    service.ports().stream()
        .filter(candidate -> candidate.port() == port)
        .forEach(candidate -> targets.addAll(candidate.targets()));
    return PortSet.of(targets);
  }

  private void admit(LinkedService service, Waypoint waypoint, PortSet ports) {
    if (!service.selector().isEmpty() && !ports.isEmpty()) {
      byService
          .computeIfAbsent(service.reference().toString(), _ -> new TreeMap<>(BY_REFERENCE))
          .merge(waypoint, ports, PortSet::union);
    }
  }

  private static final java.util.Comparator<Waypoint> BY_REFERENCE =
      java.util.Comparator.comparing(Waypoint::reference);

  private List<Guard> guards() {
    var guards = new ArrayList<Guard>();
    byService.forEach((reference, waypoints) -> {
      LinkedService service = java.util.Objects.requireNonNull(mesh.services().get(reference));
      guards.add(
          new Guard(
              idOf(service),
              new Scope.Selected(service.namespace(), service.selector()),
              waypoints.entrySet().stream()
                  .map(entry -> new Admission(entry.getKey().identity(), entry.getValue()))
                  .toList(),
              PortSet.none(),
              List.of()));
    });
    return guards;
  }
}
