package dev.sluice.compiler.review;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.Scope.Target;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which scopes lie within which, for every workload there is or will be.
record ScopeOrder(LinkedMesh mesh) {

  /// Whether everything `inner` covers, `outer` covers too.
  boolean isWithin(Scope inner, Scope outer) {
    if (outer instanceof Scope.Mesh || inner.equals(outer)) {
      return true;
    }
    return switch (inner) {
      case Scope.Mesh() -> false;
      case Scope.InNamespace(var namespace) ->
          outer instanceof Scope.InNamespace(var other) && namespace.equals(other);
      case Scope.Selected(var namespace, var labels) -> covers(outer, namespace, labels);
      case Scope.SelectedAnywhere(var labels) ->
          outer instanceof Scope.SelectedAnywhere(var other)
              && labels.entrySet().containsAll(other.entrySet());
      case Scope.Addressed(var targets) ->
          targets.stream().allMatch(target -> isWithin(target, outer));
    };
  }

  private static boolean covers(Scope outer, String namespace, Map<String, String> labels) {
    return !(outer instanceof Scope.Addressed)
        && outer.covers(Destination.direct(namespace, labels));
  }

  private boolean isWithin(Target target, Scope outer) {
    if (outer instanceof Scope.Addressed(var targets)) {
      return targets.contains(target)
          || targets.contains(new Target.AllWaypoints())
          || waypointOf(target).filter(targets::contains).isPresent();
    }
    // the endpoints of a Service are in its namespace and carry the labels of its selector
    return target instanceof Target.Service(var namespace, var name)
        && mesh.service(namespace, name)
            .filter(service -> !service.selector().isEmpty())
            .filter(service -> covers(outer, namespace, service.selector()))
            .isPresent();
  }

  private Optional<Target> waypointOf(Target target) {
    return target instanceof Target.Service(var namespace, var name)
        ? mesh.service(namespace, name)
            .flatMap(LinkedService::waypoint)
            .map(waypoint -> new Target.Waypoint(waypoint.namespace(), waypoint.name()))
        : Optional.empty();
  }

  /// A destination near which every scope that covers `scope` is filed.
  Destination place(Scope scope) {
    return switch (scope) {
      case Scope.Mesh() -> Destination.direct("", Map.of());
      case Scope.InNamespace(var namespace) -> Destination.direct(namespace, Map.of());
      case Scope.Selected(var namespace, var labels) -> Destination.direct(namespace, labels);
      case Scope.SelectedAnywhere(var labels) -> Destination.direct("", labels);
      case Scope.Addressed(var targets) -> place(targets.getFirst());
    };
  }

  /// The scopes that cover all targets are among those that cover the first.
  private Destination place(Target target) {
    var addressed = new LinkedHashSet<Target>(List.of(target, new Target.AllWaypoints()));
    waypointOf(target).ifPresent(addressed::add);
    return switch (target) {
      case Target.Service(var namespace, var name) ->
          new Destination(
              namespace,
              mesh.service(namespace, name).map(LinkedService::selector).orElse(Map.of()),
              Set.copyOf(addressed));
      case Target.ServiceEntry _, Target.Waypoint _, Target.AllWaypoints _ ->
          new Destination("", Map.of(), Set.copyOf(addressed));
    };
  }
}
