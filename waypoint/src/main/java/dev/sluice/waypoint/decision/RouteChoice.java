package dev.sluice.waypoint.decision;

import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.route.HttpRoute;
import dev.sluice.engine.route.HttpRoute.Backend;
import dev.sluice.engine.route.HttpRoute.Filter;
import dev.sluice.engine.route.HttpRoute.Match;
import dev.sluice.engine.route.HttpRoute.Rule;
import dev.sluice.engine.route.HttpRoute.ServiceRef;
import dev.sluice.engine.route.Resolution;
import dev.sluice.engine.route.RouteRequest;
import dev.sluice.engine.route.WeightedChoice;
import dev.sluice.runtime.mesh.Endpoint;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.waypoint.decision.Judgement.Application;
import dev.sluice.waypoint.decision.RequestJudge.Addressed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Where a request would go, before it is authorized.
sealed interface RouteChoice {

  /// The route that matched; null when there is none.
  @Nullable PolicyId route();

  /// To an endpoint, through these filters. `match` is null when no route applies.
  record ToEndpoint(
      @Nullable PolicyId route,
      @Nullable Match match,
      List<Filter> filters,
      @Nullable Duration timeout,
      Application application,
      Endpoint endpoint)
      implements RouteChoice {
    public ToEndpoint {
      filters = List.copyOf(filters);
    }
  }

  /// To a redirect.
  record ToRedirect(@Nullable PolicyId route, Match match, Filter.Redirect redirect)
      implements RouteChoice {}

  /// Nowhere: an error status and a stable snake_case reason.
  record Nowhere(@Nullable PolicyId route, int status, String reason) implements RouteChoice {}

  /// Chooses by the routes of the addressed Service; without routes, the Service itself.
  static RouteChoice choose(Addressed addressed, RouteRequest request, RandomGenerator random) {
    var at = new At(addressed.moment(), random);
    return switch (addressed.policy().routes().resolve(request)) {
      case Resolution.NoRoutes() ->
          toEndpoint(
              at,
              new Picked(null, null, List.of(), null),
              new Application(addressed.service(), request.port()));
      case Resolution.NoRouteMatched() -> new Nowhere(null, 404, "no_route_matched");
      case Resolution.Forward(var route, var rule, var match) ->
          byRule(at, new Picked(route.id(), match, rule.filters(), timeout(rule)), rule);
    };
  }

  /// The mesh to choose in, and chance.
  record At(Moment moment, RandomGenerator random) {}

  /// What a matching rule says, before a backend is chosen.
  record Picked(
      @Nullable PolicyId route,
      @Nullable Match match,
      List<Filter> filters,
      @Nullable Duration timeout) {
    Picked with(List<Filter> more) {
      List<Filter> all = new ArrayList<>(filters);
      all.addAll(more);
      return new Picked(route, match, all, timeout);
    }
  }

  private static @Nullable Duration timeout(Rule rule) {
    return rule.requestTimeout().filter(time -> !time.isZero()).orElse(null);
  }

  private static RouteChoice byRule(At at, Picked picked, Rule rule) {
    Filter.Redirect redirect = redirect(rule.filters());
    Match match = picked.match();
    if (redirect != null && match != null) {
      return new ToRedirect(picked.route(), match, redirect);
    }
    Optional<Backend> chosen = WeightedChoice.pick(rule.backends(), at.random().nextLong());
    if (chosen.isEmpty()) {
      return new Nowhere(picked.route(), 500, "no_backend");
    }
    Backend backend = chosen.get();
    Filter.Redirect own = redirect(backend.filters());
    if (own != null && match != null) {
      return new ToRedirect(picked.route(), match, own);
    }
    if (backend.resolution() == HttpRoute.Resolution.UNRESOLVED) {
      return new Nowhere(picked.route(), 500, "unresolved_backend");
    }
    ServiceRef ref = backend.service();
    Optional<Service> service = at.moment().mesh().service(ref.namespace(), ref.name());
    return service.isEmpty()
        ? new Nowhere(picked.route(), 503, "backend_not_in_mesh")
        : toEndpoint(
            at, picked.with(backend.filters()), new Application(service.get(), backend.port()));
  }

  private static Filter.@Nullable Redirect redirect(List<Filter> filters) {
    for (Filter filter : filters) {
      if (filter instanceof Filter.Redirect redirect) {
        return redirect;
      }
    }
    return null;
  }

  private static RouteChoice toEndpoint(At at, Picked picked, Application application) {
    Optional<Endpoint> endpoint =
        ServiceDirectory.endpoint(
            at.moment(), application.service(), application.port(), at.random());
    return endpoint.isEmpty()
        ? new Nowhere(picked.route(), 503, "no_healthy_endpoint")
        : new ToEndpoint(
            picked.route(),
            picked.match(),
            picked.filters(),
            picked.timeout(),
            application,
            endpoint.get());
  }
}
