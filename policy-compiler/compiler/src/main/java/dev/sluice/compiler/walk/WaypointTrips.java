package dev.sluice.compiler.walk;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedService.Protocol;
import dev.sluice.compiler.link.LinkedService.ServicePort;
import dev.sluice.compiler.link.LinkedWorkload.Membership;
import dev.sluice.compiler.link.Waypoint;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Http;
import dev.sluice.compiler.walk.Journey.Ending;
import dev.sluice.compiler.walk.Trip.Stop;
import dev.sluice.compiler.walk.Trip.View;
import dev.sluice.engine.http.CanonicalPath;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.HttpRequest.Headers;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope.Target;
import dev.sluice.engine.route.HttpRoute;
import dev.sluice.engine.route.HttpRoute.Backend;
import dev.sluice.engine.route.HttpRoute.Filter;
import dev.sluice.engine.route.Resolution;
import dev.sluice.engine.route.RouteRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds where a waypoint may send what is addressed to a Service: one way per backend and kind of
/// endpoint.
///
/// What a waypoint answers itself is judged for every kind of endpoint of the Service.
final class WaypointTrips {

  private final LinkedMesh mesh;
  private final Proxies proxies;

  WaypointTrips(LinkedMesh mesh, Proxies proxies) {
    this.mesh = mesh;
    this.proxies = proxies;
  }

  /// A Service port and the waypoint in front of it.
  private record Addressed(Waypoint waypoint, LinkedService service, int port) {}

  Planned plan(Case asked, Waypoint waypoint, LinkedService service, ServicePort port) {
    var addressed = new Addressed(waypoint, service, port.port());
    if (asked.http().isEmpty() || port.protocol() == Protocol.TCP) {
      return delivered(
          addressed, new View.Tunnel(port.port()), Optional.empty(), service, port.port());
    }
    Http http = asked.http().get();
    var normalization = proxies.waypoint(waypoint).shard().mesh().pathNormalization();
    return switch (CanonicalPath.of(http.path(), normalization)) {
      case CanonicalPath.Outcome.Malformed(var reason) ->
          new Planned.Trips(
              List.of(new Trip(List.of(), Optional.empty(), new Ending.Malformed(reason))));
      case CanonicalPath.Outcome.Canonical(var path, var query) ->
          routed(
              addressed,
              new View.Request(port.port(), path),
              new RouteRequest(
                  service.reference(),
                  port.port(),
                  asked.from().peer() instanceof Peer.Identified(var id) ? id.namespace() : null,
                  http.method(),
                  path,
                  query,
                  headers(waypoint, http)));
    };
  }

  private Headers headers(Waypoint waypoint, Http http) {
    Map<String, String> headers = ClientHeaders.of(http, "");
    proxies.waypoint(waypoint).derivedHeaders().forEach(headers::remove);
    return Headers.of(headers);
  }

  private Planned routed(Addressed addressed, View.Request view, RouteRequest request) {
    var routes = proxies.waypoint(addressed.waypoint()).routes();
    return switch (routes.resolve(request)) {
      case Resolution.NoRoutes() ->
          delivered(addressed, view, Optional.empty(), addressed.service(), addressed.port());
      case Resolution.NoRouteMatched() ->
          answered(addressed, view, Optional.empty(), new Ending.Answered(404, "no_route_matched"));
      case Resolution.Forward(var route, var rule, var _) ->
          byRule(addressed, view, route.id(), rule);
    };
  }

  private Planned byRule(
      Addressed addressed, View.Request view, PolicyId route, HttpRoute.Rule rule) {
    Optional<PolicyId> by = Optional.of(route);
    Optional<Ending> redirect = redirect(rule.filters());
    if (redirect.isPresent()) {
      return answered(addressed, view, by, redirect.get());
    }
    var trips = new ArrayList<Trip>();
    for (Backend backend : rule.backends()) {
      if (backend.weight() > 0) {
        Planned planned = toBackend(addressed, view, by, backend);
        switch (planned) {
          case Planned.Nowhere nowhere -> {
            return nowhere;
          }
          case Planned.Trips(var some) -> trips.addAll(some);
        }
      }
    }
    return trips.isEmpty()
        ? answered(addressed, view, by, new Ending.Answered(500, "no_backend"))
        : new Planned.Trips(trips);
  }

  private Planned toBackend(
      Addressed addressed, View.Request view, Optional<PolicyId> route, Backend backend) {
    Optional<Ending> redirect = redirect(backend.filters());
    if (redirect.isPresent()) {
      return answered(addressed, view, route, redirect.get());
    }
    var ref = backend.service();
    Optional<LinkedService> service = mesh.service(ref.namespace(), ref.name());
    return service.isEmpty()
        ? answered(addressed, view, route, new Ending.Answered(500, "unresolved_backend"))
        : delivered(addressed, view, route, service.get(), backend.port());
  }

  private static Optional<Ending> redirect(List<Filter> filters) {
    for (Filter filter : filters) {
      if (filter instanceof Filter.Redirect redirect) {
        return Optional.of(new Ending.Answered(redirect.statusCode(), "redirect"));
      }
    }
    return Optional.empty();
  }

  private Planned delivered(
      Addressed addressed, View view, Optional<PolicyId> route, LinkedService to, int port) {
    List<Endpoint> endpoints =
        Endpoint.of(mesh, to, port).stream()
            .filter(endpoint -> endpoint.kind().membership() != Membership.OUTSIDE)
            .toList();
    if (endpoints.isEmpty()) {
      return Planner.noEndpoints(to, port);
    }
    return new Planned.Trips(
        endpoints.stream()
            .map(endpoint ->
                new Trip(
                    stops(addressed, view, endpoint),
                    route,
                    new Ending.Delivered(endpoint.workloads(), endpoint.kind().port())))
            .toList());
  }

  /// What a sidecar makes of a waypoint's connection is Istio's business.
  private List<Stop> stops(Addressed addressed, View view, Endpoint endpoint) {
    Stop judging = atWaypoint(addressed, view, endpoint);
    return endpoint.kind().membership() == Membership.AMBIENT
        ? List.of(judging, atZtunnel(addressed.waypoint(), endpoint))
        : List.of(judging);
  }

  private Planned answered(
      Addressed addressed, View view, Optional<PolicyId> route, Ending ending) {
    List<Stop> stops =
        Endpoint.of(mesh, addressed.service(), addressed.port()).stream()
            .map(endpoint -> atWaypoint(addressed, view, endpoint))
            .toList();
    return new Planned.Trips(
        List.of(
            new Trip(
                stops.isEmpty() ? List.of(atService(addressed, view)) : stops, route, ending)));
  }

  private Stop atWaypoint(Addressed addressed, View view, Endpoint endpoint) {
    Destination direct = endpoint.kind().destination();
    var destination = new Destination(direct.namespace(), direct.labels(), targets(addressed));
    return stop(addressed, view, destination, endpoint.example(), endpoint.kind().port());
  }

  /// A Service without endpoints stands for itself.
  private Stop atService(Addressed addressed, View view) {
    LinkedService service = addressed.service();
    var destination = new Destination(service.namespace(), Map.of(), targets(addressed));
    return stop(addressed, view, destination, "Service " + service.reference(), addressed.port());
  }

  private Stop stop(
      Addressed addressed, View view, Destination destination, String workload, int port) {
    Waypoint waypoint = addressed.waypoint();
    return new Stop(
        new Hop.Proxy.Waypoint(waypoint.namespace(), waypoint.name()),
        proxies.waypoint(waypoint).at(destination),
        workload,
        port,
        view);
  }

  private Stop atZtunnel(Waypoint waypoint, Endpoint endpoint) {
    return new Stop(
        new Hop.Proxy.Ztunnel(),
        proxies.ztunnel().at(endpoint.kind().destination()),
        endpoint.example(),
        endpoint.kind().port(),
        new View.Relayed(waypoint.identity()));
  }

  /// All that a Service behind a waypoint can be targeted as.
  private static Set<Target> targets(Addressed addressed) {
    LinkedService service = addressed.service();
    Waypoint waypoint = addressed.waypoint();
    return Set.of(
        new Target.Service(service.namespace(), service.name()),
        new Target.ServiceEntry(service.namespace(), service.name()),
        new Target.Waypoint(waypoint.namespace(), waypoint.name()),
        new Target.AllWaypoints());
  }
}
