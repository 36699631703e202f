package dev.sluice.compiler.place;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.ResolvedTarget;
import dev.sluice.compiler.link.LinkedPolicy.RouteParent;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.Waypoint;
import dev.sluice.compiler.source.Span;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Reports what is attached to one of two waypoints that share the traffic of a Service: the other
/// share would pass without it.
record CanaryChecks(LinkedMesh mesh, Diagnostics problems) {

  void check(LinkedPolicy policy) {
    Map<Waypoint, Span> attached = attached(policy);
    attached.forEach((waypoint, span) ->
        mesh.servicesOf(waypoint).stream()
            .filter(service -> !attached.keySet().containsAll(service.waypoints()))
            .findFirst()
            .ifPresent(service -> report(policy, waypoint, service, span)));
  }

  /// The waypoints that a policy is attached to by name, and where it says so.
  private static Map<Waypoint, Span> attached(LinkedPolicy policy) {
    var attached = new LinkedHashMap<Waypoint, Span>();
    switch (policy) {
      case LinkedPolicy.Authorization ap ->
          ap.targets().forEach(target -> attach(target, attached));
      case LinkedPolicy.RequestAuth ra -> ra.targets().forEach(target -> attach(target, attached));
      case LinkedPolicy.Route route -> {
        for (RouteParent parent : route.parents()) {
          if (parent instanceof RouteParent.OfWaypoint(var waypoint, Span span)) {
            attached.put(waypoint, span);
          }
        }
      }
      case LinkedPolicy.PeerAuth _ -> {}
    }
    return attached;
  }

  private static void attach(ResolvedTarget target, Map<Waypoint, Span> into) {
    if (target instanceof ResolvedTarget.OfWaypoint(var waypoint, Span span)) {
      into.put(waypoint, span);
    }
  }

  private void report(LinkedPolicy policy, Waypoint waypoint, LinkedService service, Span span) {
    Optional<Waypoint> other =
        service.waypoints().stream().filter(one -> !one.equals(waypoint)).findFirst();
    problems.report(
        Code.CANARY_WITHOUT_POLICY,
        span,
        policy.syntax().metadata().resource(),
        new Text(
            "a share of the traffic to Service `"
                + service.reference()
                + "` takes waypoint `"
                + other.map(Waypoint::reference).orElse("")
                + "`, to which this policy is not attached",
            "what takes the other way would pass without it",
            "attach it to both waypoints, or to the Service"));
  }
}
