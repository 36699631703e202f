package dev.sluice.engine.route;

import dev.sluice.engine.route.HttpRoute.Parent;
import dev.sluice.engine.route.HttpRoute.ServiceRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds the rule for a request by the precedence of Gateway API; immutable.
///
/// Consumer routes of the caller's namespace replace the producer routes of a Service port
/// altogether; within a group routes merge. Source: Gateway API HTTPRouteRule (matches), GEP-1294,
/// GEP-1686.
public final class RouteResolver {

  /// Stands for every port that no parent names.
  private static final int OTHER_PORTS = 0;

  private final Map<ServiceRef, Map<Integer, Group>> services;

  private RouteResolver(Map<ServiceRef, Map<Integer, Group>> services) {
    this.services = services;
  }

  /// What is attached to one Service port.
  private record Group(@Nullable RouteTable producer, Map<String, RouteTable> consumers) {
    @Nullable RouteTable serving(@Nullable String namespace) {
      RouteTable consumer = namespace == null ? null : consumers.get(namespace);
      return consumer != null ? consumer : producer;
    }
  }

  /// @throws IllegalArgumentException when a pattern is not accepted by {@link RoutePattern}
  public static RouteResolver of(List<HttpRoute> routes) {
    var ports = new HashMap<ServiceRef, TreeSet<Integer>>();
    for (HttpRoute route : routes) {
      for (Parent parent : route.parents()) {
        ports.computeIfAbsent(parent.service(), _ -> new TreeSet<>()).add(parent.port());
      }
    }
    var services = new HashMap<ServiceRef, Map<Integer, Group>>();
    ports.forEach((service, named) -> {
      named.add(OTHER_PORTS);
      var groups = new HashMap<Integer, Group>();
      named.forEach(port -> groups.put(port, group(routes, service, port)));
      services.put(service, groups);
    });
    return new RouteResolver(services);
  }

  private static Group group(List<HttpRoute> routes, ServiceRef service, int port) {
    List<HttpRoute> attached =
        routes.stream()
            .filter(route ->
                route.parents().stream().anyMatch(parent -> isAttached(parent, service, port)))
            .toList();
    List<HttpRoute> producers =
        attached.stream().filter(route -> route.callers().isEmpty()).toList();
    var consumers = new HashMap<String, RouteTable>();
    attached.stream()
        .flatMap(route -> route.callers().stream())
        .distinct()
        .forEach(namespace ->
            consumers.put(
                namespace,
                RouteTable.of(
                    attached.stream()
                        .filter(route -> route.callers().filter(namespace::equals).isPresent())
                        .toList())));
    return new Group(producers.isEmpty() ? null : RouteTable.of(producers), consumers);
  }

  private static boolean isAttached(Parent parent, ServiceRef service, int port) {
    return parent.service().equals(service)
        && (parent.port() == OTHER_PORTS || parent.port() == port);
  }

  /// Resolves a request.
  public Resolution resolve(RouteRequest request) {
    Map<Integer, Group> groups = services.get(request.service());
    if (groups == null) {
      return new Resolution.NoRoutes();
    }
    Group group = groups.get(request.port());
    group = group != null ? group : groups.get(OTHER_PORTS);
    RouteTable table = group == null ? null : group.serving(request.callerNamespace());
    return table == null ? new Resolution.NoRoutes() : table.resolve(request);
  }
}
