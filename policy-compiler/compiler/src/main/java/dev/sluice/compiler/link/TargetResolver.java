package dev.sluice.compiler.link;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedPolicy.ResolvedTarget;
import dev.sluice.compiler.link.LinkedPolicy.RouteParent;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.HttpRouteSyntax;
import dev.sluice.compiler.syntax.HttpRouteSyntax.BackendRef;
import dev.sluice.compiler.syntax.HttpRouteSyntax.ParentRef;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.Selection.TargetRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds what targetRefs, parentRefs and backendRefs name; what is not found is reported and left
/// out.
final class TargetResolver {

  private final Catalog catalog;
  private final Map<String, LinkedService> services;
  private final WaypointBinder binder;
  private final Diagnostics problems;

  TargetResolver(
      Catalog catalog,
      Map<String, LinkedService> services,
      WaypointBinder binder,
      Diagnostics problems) {
    this.catalog = catalog;
    this.services = services;
    this.binder = binder;
    this.problems = problems;
  }

  List<ResolvedTarget> resolve(Metadata policy, List<TargetRef> refs) {
    var found = new ArrayList<ResolvedTarget>();
    for (TargetRef ref : refs) {
      target(policy, ref).ifPresent(found::add);
    }
    return found;
  }

  private Optional<ResolvedTarget> target(Metadata policy, TargetRef ref) {
    String name = ref.name().value();
    return switch (ref.kind()) {
      case SERVICE ->
          service(policy, policy.namespace(), name, ref.span())
              .map(service -> new ResolvedTarget.OfService(service, ref.span()));
      case GATEWAY ->
          waypoint(policy, name, ref.span())
              .map(waypoint -> new ResolvedTarget.OfWaypoint(waypoint, ref.span()));
      case GATEWAY_CLASS -> Optional.of(new ResolvedTarget.OfAllWaypoints(ref.span()));
      case SERVICE_ENTRY -> {
        problems.report(
            Code.UNSUPPORTED_FIELD,
            ref.span(),
            policy.resource(),
            new Text(
                "targetRefs of kind `ServiceEntry` are not supported",
                "no waypoint here serves traffic that leaves the mesh, so nothing would enforce the"
                    + " policy",
                "target a Service"));
        yield Optional.empty();
      }
    };
  }

  private Optional<LinkedService> service(
      Metadata policy, String namespace, String name, Span span) {
    LinkedService service = services.get(namespace + "/" + name);
    if (service == null) {
      missing(
          policy,
          Code.TARGET_NOT_FOUND,
          span,
          "Service `" + namespace + "/" + name + "`",
          catalog.nearestService(namespace, name));
    }
    return Optional.ofNullable(service);
  }

  private Optional<Waypoint> waypoint(Metadata policy, String name, Span span) {
    var gateway = catalog.gateway(policy.namespace(), name);
    if (gateway.isEmpty()) {
      missing(
          policy,
          Code.TARGET_NOT_FOUND,
          span,
          "Gateway `" + policy.namespace() + "/" + name + "`",
          catalog.nearestGateway(policy.namespace(), name));
      return Optional.empty();
    }
    Optional<Waypoint> waypoint = binder.waypoint(gateway.get());
    if (waypoint.isEmpty()) {
      problems.report(
          Code.CLASS_NOT_OURS,
          span,
          policy.resource(),
          new Text(
              "Gateway `"
                  + policy.namespace()
                  + "/"
                  + name
                  + "` has class `"
                  + gateway.get().className().value()
                  + "`, whose proxies Sluice does not configure",
              "the policy would not reach it through a Sluice bundle",
              "target a Gateway of class `" + WaypointBinder.WAYPOINT_CLASS + "`"));
    }
    return waypoint;
  }

  /// The parents of a route; also checks that its backends exist.
  List<RouteParent> parents(HttpRouteSyntax route) {
    var parents = new ArrayList<RouteParent>();
    for (ParentRef ref : route.parentRefs()) {
      parent(route.metadata(), ref).ifPresent(parents::add);
    }
    route.rules().forEach(rule -> rule.backends().forEach(ref -> backend(route.metadata(), ref)));
    return parents;
  }

  private Optional<RouteParent> parent(Metadata route, ParentRef ref) {
    if (ref.kind().equals("Service")) {
      return service(route, ref.namespace(), ref.name(), ref.span())
          .filter(service -> hasPort(route, service, ref))
          .map(service -> new RouteParent.OfService(service, ref.port().orElse(0), ref.span()));
    }
    if (!ref.kind().equals("Gateway")) {
      problems.report(
          Code.UNSUPPORTED_FIELD,
          ref.span(),
          route.resource(),
          new Text(
              "parentRefs of kind `" + ref.kind() + "` are not supported",
              "nothing would apply the route",
              "attach the route to a Service"));
      return Optional.empty();
    }
    var gateway = catalog.gateway(ref.namespace(), ref.name());
    if (gateway.isEmpty()) {
      missing(
          route,
          Code.TARGET_NOT_FOUND,
          ref.span(),
          "Gateway `" + ref.namespace() + "/" + ref.name() + "`",
          catalog.nearestGateway(ref.namespace(), ref.name()));
      return Optional.empty();
    }
    return Optional.of(
        binder
            .waypoint(gateway.get())
            .map(waypoint -> (RouteParent) new RouteParent.OfWaypoint(waypoint, ref.span()))
            .orElseGet(
                () -> new RouteParent.NotOurs(gateway.get().className().value(), ref.span())));
  }

  private boolean hasPort(Metadata route, LinkedService service, ParentRef ref) {
    boolean exists =
        ref.port().isEmpty()
            || service.ports().stream().anyMatch(port -> port.port() == ref.port().getAsInt());
    if (!exists) {
      problems.report(
          Code.PARENT_PORT_NOT_FOUND,
          ref.span(),
          route.resource(),
          new Text(
              "Service `" + service.reference() + "` has no port " + ref.port().getAsInt(),
              "the route would never apply",
              "use one of its ports: " + ports(service)));
    }
    return exists;
  }

  private void backend(Metadata route, BackendRef ref) {
    LinkedService service = services.get(ref.namespace() + "/" + ref.name());
    if (service == null) {
      missing(
          route,
          Code.BACKEND_NOT_FOUND,
          ref.span(),
          "backend Service `" + ref.namespace() + "/" + ref.name() + "`",
          catalog.nearestService(ref.namespace(), ref.name()));
    } else if (service.ports().stream().noneMatch(port -> port.port() == ref.port().orElse(-1))) {
      problems.report(
          Code.BACKEND_NOT_FOUND,
          ref.span(),
          route.resource(),
          new Text(
              "backend Service `" + service.reference() + "` has no port " + ref.port().orElse(0),
              "its share of the requests would be answered with 500",
              "use one of its ports: " + ports(service)));
    }
  }

  private static String ports(LinkedService service) {
    return String.join(
        ", ", service.ports().stream().map(port -> Integer.toString(port.port())).toList());
  }

  private void missing(
      Metadata policy, Code code, Span span, String what, Optional<String> nearest) {
    problems.report(
        code,
        span,
        policy.resource(),
        new Text(
            what + " does not exist in the tree",
            "what names nothing is enforced nowhere",
            nearest
                .map(found -> "did you mean `" + found + "`?")
                .orElse("add it to the tree, or correct the name")));
  }
}
