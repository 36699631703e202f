package dev.sluice.compiler.lower;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.Waypoint;
import dev.sluice.engine.policy.Scope;
import java.util.HashSet;
import java.util.Set;

/// Which policies a waypoint needs: those on what it serves, and on the workloads it may forward
/// to.
final class WaypointConcern {

  private final Waypoint waypoint;
  private final Set<String> namespaces = new HashSet<>();
  private final Set<String> services = new HashSet<>();

  WaypointConcern(LinkedMesh mesh, Waypoint waypoint) {
    this.waypoint = waypoint;
    for (LinkedService service : mesh.servicesOf(waypoint)) {
      namespaces.add(service.namespace());
      services.add(service.reference().toString());
    }
    for (LinkedPolicy policy : mesh.policies()) {
      if (policy instanceof LinkedPolicy.Route route
          && !RouteLowering.parents(mesh, route, waypoint).isEmpty()) {
        route
            .syntax()
            .rules()
            .forEach(
                rule -> rule.backends().forEach(backend -> namespaces.add(backend.namespace())));
      }
    }
  }

  boolean includes(Scope scope) {
    return switch (scope) {
      case Scope.Mesh _, Scope.SelectedAnywhere _ -> true;
      case Scope.InNamespace(var namespace) -> namespaces.contains(namespace);
      case Scope.Selected(var namespace, var _) -> namespaces.contains(namespace);
      case Scope.Addressed(var targets) -> targets.stream().anyMatch(this::includes);
    };
  }

  private boolean includes(Scope.Target target) {
    return switch (target) {
      case Scope.Target.Service(var namespace, var name) ->
          services.contains(namespace + "/" + name);
      case Scope.Target.ServiceEntry _ -> false;
      case Scope.Target.Waypoint(var namespace, var name) ->
          namespace.equals(waypoint.namespace()) && name.equals(waypoint.name());
      case Scope.Target.AllWaypoints() -> true;
    };
  }
}
