package dev.sluice.compiler.lower;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.RouteParent;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.Waypoint;
import dev.sluice.compiler.syntax.HttpRouteSyntax.BackendRef;
import dev.sluice.compiler.syntax.HttpRouteSyntax.RouteRule;
import dev.sluice.engine.route.HttpRoute;
import dev.sluice.engine.route.HttpRoute.Backend;
import dev.sluice.engine.route.HttpRoute.Parent;
import dev.sluice.engine.route.HttpRoute.Resolution;
import dev.sluice.engine.route.HttpRoute.Rule;
import dev.sluice.engine.route.HttpRoute.ServiceRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes the routes of waypoints; a route with parents of two namespaces becomes a producer and a
/// consumer route.
final class RouteLowering {

  private final LinkedMesh mesh;
  private final Map<Waypoint, List<LinkedPolicy.Route>> byWaypoint = new HashMap<>();

  RouteLowering(LinkedMesh mesh) {
    this.mesh = mesh;
    for (LinkedPolicy policy : mesh.policies()) {
      if (policy instanceof LinkedPolicy.Route route) {
        for (Waypoint waypoint : waypoints(route)) {
          byWaypoint.computeIfAbsent(waypoint, _ -> new ArrayList<>()).add(route);
        }
      }
    }
  }

  private static Set<Waypoint> waypoints(LinkedPolicy.Route route) {
    var waypoints = new LinkedHashSet<Waypoint>();
    for (RouteParent parent : route.parents()) {
      switch (parent) {
        case RouteParent.OfService(var service, int _, var _) ->
            waypoints.addAll(service.waypoints());
        case RouteParent.OfWaypoint(var waypoint, var _) -> waypoints.add(waypoint);
        case RouteParent.NotOurs _ -> {}
      }
    }
    return waypoints;
  }

  /// The routes that a waypoint applies to anything, in the order of the tree.
  List<LinkedPolicy.Route> of(Waypoint waypoint) {
    return byWaypoint.getOrDefault(waypoint, List.of()).stream()
        .filter(route -> !parents(mesh, route, waypoint).isEmpty())
        .toList();
  }

  List<HttpRoute> lowered(Waypoint waypoint) {
    var routes = new ArrayList<HttpRoute>();
    for (LinkedPolicy.Route route : of(waypoint)) {
      String home = route.syntax().metadata().namespace();
      List<Parent> parents = parents(mesh, route, waypoint);
      List<Parent> own =
          parents.stream().filter(parent -> isProducer(waypoint, home, parent)).toList();
      List<Parent> foreign =
          parents.stream().filter(parent -> !isProducer(waypoint, home, parent)).toList();
      List<Rule> rules = route.syntax().rules().stream().map(rule -> rule(mesh, rule)).toList();
      if (!own.isEmpty()) {
        routes.add(new HttpRoute(route.id(), own, Optional.empty(), rules));
      }
      if (!foreign.isEmpty()) {
        routes.add(new HttpRoute(route.id(), foreign, Optional.of(home), rules));
      }
    }
    routes.sort(
        Comparator.comparing(HttpRoute::id).thenComparing(route -> route.callers().orElse("")));
    return routes;
  }

  /// A route in the Service's namespace, or in the waypoint's when it is attached to the waypoint,
  /// is for everyone.
  private static boolean isProducer(Waypoint waypoint, String home, Parent parent) {
    return parent.service().namespace().equals(home) || waypoint.namespace().equals(home);
  }

  private static List<Parent> parents(
      LinkedMesh mesh, LinkedPolicy.Route route, Waypoint waypoint) {
    var parents = new ArrayList<Parent>();
    for (RouteParent parent : route.parents()) {
      switch (parent) {
        case RouteParent.OfService(LinkedService service, int port, var _) -> {
          if (service.waypoints().contains(waypoint)) {
            parents.add(new Parent(service.reference(), port));
          }
        }
        case RouteParent.OfWaypoint(Waypoint attached, var _) -> {
          if (attached.equals(waypoint)) {
            mesh.servicesOf(waypoint)
                .forEach(service -> parents.add(new Parent(service.reference(), 0)));
          }
        }
        case RouteParent.NotOurs _ -> {}
      }
    }
    return parents.stream().distinct().toList();
  }

  private static Rule rule(LinkedMesh mesh, RouteRule rule) {
    return new Rule(
        rule.matches(),
        rule.filters(),
        rule.backends().stream().map(backend -> backend(mesh, backend)).toList(),
        rule.requestTimeout());
  }

  private static Backend backend(LinkedMesh mesh, BackendRef ref) {
    boolean resolved = mesh.service(ref.namespace(), ref.name()).isPresent();
    return new Backend(
        new ServiceRef(ref.namespace(), ref.name()),
        ref.port().orElse(0),
        ref.weight(),
        ref.filters(),
        resolved ? Resolution.RESOLVED : Resolution.UNRESOLVED);
  }
}
