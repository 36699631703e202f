package dev.sluice.compiler.review;

import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.RouteParent;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.place.District.Ranked;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which Services routes send to: those of waypoints, and those of gateways that are not ours.
final class RouteTraffic {

  private final @Nullable RouteTraffic wider;
  private final Set<String> forwarded = new HashSet<>();
  private final Map<String, Ingress> ingress = new HashMap<>();

  /// The first route of another gateway to a Service, and its place in the order of the tree.
  private record Ingress(long rank, LinkedPolicy.Route route) {}

  private RouteTraffic(@Nullable RouteTraffic wider) {
    this.wider = wider;
  }

  /// That of the routes which may concern several namespaces.
  static RouteTraffic ofWide(List<Ranked> placements) {
    var traffic = new RouteTraffic(null);
    placements.forEach(traffic::add);
    return traffic;
  }

  /// That of the routes of one namespace and these.
  RouteTraffic with(List<Ranked> placements) {
    var traffic = new RouteTraffic(this);
    placements.forEach(traffic::add);
    return traffic;
  }

  private void add(Ranked ranked) {
    if (ranked.placement().policy() instanceof LinkedPolicy.Route route) {
      boolean isJudged = route.parents().stream().anyMatch(RouteTraffic::isAtWaypoint);
      boolean isIngress = route.parents().stream().anyMatch(RouteParent.NotOurs.class::isInstance);
      for (var rule : route.syntax().rules()) {
        for (var backend : rule.backends()) {
          String service = backend.namespace() + "/" + backend.name();
          if (isJudged) {
            forwarded.add(service);
          }
          if (isIngress) {
            ingress.putIfAbsent(service, new Ingress(ranked.rank(), route));
          }
        }
      }
    }
  }

  private static boolean isAtWaypoint(RouteParent parent) {
    return switch (parent) {
      case RouteParent.OfService(var service, int _, var _) -> service.waypoint().isPresent();
      case RouteParent.OfWaypoint _ -> true;
      case RouteParent.NotOurs _ -> false;
    };
  }

  /// Whether a waypoint forwards to a Service by some route.
  boolean isForwardedTo(LinkedService service) {
    return forwarded.contains(service.reference().toString())
        || (wider != null && wider.isForwardedTo(service));
  }

  /// The first route by which a gateway of another class sends to a Service.
  LinkedPolicy.@Nullable Route ingressTo(LinkedService service) {
    Ingress first = first(service.reference().toString());
    return first == null ? null : first.route();
  }

  private @Nullable Ingress first(String service) {
    Ingress own = ingress.get(service);
    Ingress other = wider == null ? null : wider.first(service);
    if (own == null || other == null) {
      return own == null ? other : own;
    }
    return own.rank() < other.rank() ? own : other;
  }
}
