package dev.sluice.compiler.lower;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.Waypoint;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.RequestAuthentication;
import dev.sluice.engine.policy.Scope;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Which policies a waypoint needs: those on what it serves, and on the workloads it may forward
/// to.
final class WaypointConcern {

  private final Waypoint waypoint;
  private final SortedSet<String> namespaces = new TreeSet<>();
  private final Set<String> services = new HashSet<>();

  WaypointConcern(LinkedMesh mesh, Waypoint waypoint, List<LinkedPolicy.Route> routes) {
    this.waypoint = waypoint;
    for (LinkedService service : mesh.servicesOf(waypoint)) {
      namespaces.add(service.namespace());
      services.add(service.reference().toString());
    }
    for (LinkedPolicy.Route route : routes) {
      for (var rule : route.syntax().rules()) {
        rule.backends().forEach(backend -> namespaces.add(backend.namespace()));
      }
    }
  }

  /// The namespaces whose policies it may need: the waypoint's own too, where policies target it.
  SortedSet<String> namespaces() {
    var all = new TreeSet<>(namespaces);
    all.add(waypoint.namespace());
    return all;
  }

  /// Those it needs.
  List<AuthorizationPolicy> policies(List<AuthorizationPolicy> candidates) {
    return candidates.stream().filter(policy -> includes(policy.scope())).toList();
  }

  /// Those it needs.
  List<RequestAuthentication> requests(List<RequestAuthentication> candidates) {
    return candidates.stream().filter(policy -> includes(policy.scope())).toList();
  }

  private boolean includes(Scope scope) {
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
