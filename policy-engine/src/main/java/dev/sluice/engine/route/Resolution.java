package dev.sluice.engine.route;

/// What routing says about a request.
public sealed interface Resolution {

  /// The best match: its rule's filters and backends decide, whatever becomes of them.
  record Forward(HttpRoute route, HttpRoute.Rule rule, HttpRoute.Match match)
      implements Resolution {}

  /// Routes are attached and none matches: 404.
  record NoRouteMatched() implements Resolution {}

  /// No route is attached: the Service itself is the destination.
  record NoRoutes() implements Resolution {}
}
