package dev.sluice.compiler.place;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.ResolvedTarget;
import dev.sluice.compiler.link.LinkedPolicy.RouteParent;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.Waypoint;
import dev.sluice.engine.policy.Scope;
import java.util.List;

/// How far the effect of a policy reaches.
final class Reach {

  private Reach() {}

  /// Whether a policy can change nothing outside of its own namespace.
  static boolean isOneNamespace(LinkedPolicy policy, LinkedMesh mesh) {
    String own = policy.syntax().metadata().namespace();
    return switch (policy) {
      case LinkedPolicy.Authorization(var _, var scope, var _, var _, var targets, var _) ->
          isWithin(scope, targets, own, mesh);
      case LinkedPolicy.RequestAuth(var _, var scope, var targets, var _) ->
          isWithin(scope, targets, own, mesh);
      case LinkedPolicy.PeerAuth(var _, var scope) -> isWithin(scope, List.of(), own, mesh);
      case LinkedPolicy.Route route -> isWithin(route, own, mesh);
    };
  }

  private static boolean isWithin(
      Scope scope, List<ResolvedTarget> targets, String namespace, LinkedMesh mesh) {
    return switch (scope) {
      case Scope.Mesh _, Scope.SelectedAnywhere _ -> false;
      case Scope.InNamespace _, Scope.Selected _ -> true;
      case Scope.Addressed(var addressed) -> {
        for (ResolvedTarget target : targets) {
          if (!isWithin(target, namespace, mesh)) {
            yield false;
          }
        }
        yield !addressed.contains(new Scope.Target.AllWaypoints());
      }
    };
  }

  private static boolean isWithin(ResolvedTarget target, String namespace, LinkedMesh mesh) {
    return switch (target) {
      case ResolvedTarget.OfService(var service, var _) -> service.namespace().equals(namespace);
      case ResolvedTarget.OfWaypoint(var waypoint, var _) -> servesOnly(waypoint, namespace, mesh);
      case ResolvedTarget.OfAllWaypoints _ -> false;
    };
  }

  private static boolean servesOnly(Waypoint waypoint, String namespace, LinkedMesh mesh) {
    for (LinkedService service : mesh.servicesOf(waypoint)) {
      if (!service.namespace().equals(namespace)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWithin(LinkedPolicy.Route route, String namespace, LinkedMesh mesh) {
    for (RouteParent parent : route.parents()) {
      boolean within =
          switch (parent) {
            case RouteParent.OfService(var service, int _, var _) ->
                service.namespace().equals(namespace);
            case RouteParent.OfWaypoint(var waypoint, var _) ->
                servesOnly(waypoint, namespace, mesh);
            case RouteParent.NotOurs _ -> true;
          };
      if (!within) {
        return false;
      }
    }
    for (var rule : route.syntax().rules()) {
      for (var backend : rule.backends()) {
        if (!backend.namespace().equals(namespace)) {
          return false;
        }
      }
    }
    return true;
  }
}
