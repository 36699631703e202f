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
import java.util.List;
import java.util.Optional;

/// Makes the routes of one waypoint; a route with parents of two namespaces becomes a producer and
/// a consumer route.
final class RouteLowering {

  private RouteLowering() {}

  static List<HttpRoute> of(LinkedMesh mesh, Waypoint waypoint) {
    var routes = new ArrayList<HttpRoute>();
    for (LinkedPolicy policy : mesh.policies()) {
      if (policy instanceof LinkedPolicy.Route route) {
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

  static List<Parent> parents(LinkedMesh mesh, LinkedPolicy.Route route, Waypoint waypoint) {
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
