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
import dev.sluice.compiler.syntax.TopologyDocument.Gateway;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds what targetRefs, parentRefs and backendRefs name; what is not found is reported and left
/// out.
final class TargetResolver {

  private final Catalog catalog;
  private final KnownTopology topology;
  private final LinkedMesh.Population services;
  private final WaypointBinder binder;
  private final Diagnostics problems;
  private final Admittance admittance;
  private final ReferenceGrants grants;

  TargetResolver(
      Catalog catalog,
      KnownTopology topology,
      LinkedMesh.Population services,
      WaypointBinder binder,
      Diagnostics problems) {
    this.catalog = catalog;
    this.topology = topology;
    this.services = services;
    this.binder = binder;
    this.problems = problems;
    this.admittance = new Admittance(catalog);
    this.grants = new ReferenceGrants(catalog, topology, problems);
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
    LinkedService service = services.service(namespace + "/" + name);
    if (service == null) {
      missing(policy, Code.TARGET_NOT_FOUND, Reference.ofService(namespace, name, span));
    }
    return Optional.ofNullable(service);
  }

  private Optional<Waypoint> waypoint(Metadata policy, String name, Span span) {
    var gateway = catalog.gateway(policy.namespace(), name);
    if (gateway.isEmpty()) {
      missing(policy, Code.TARGET_NOT_FOUND, Reference.ofGateway(policy.namespace(), name, span));
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
    route.rules().forEach(rule -> rule.backends().forEach(ref -> backend(route, ref)));
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
          Reference.ofGateway(ref.namespace(), ref.name(), ref.span()));
      return Optional.empty();
    }
    Optional<Waypoint> waypoint = binder.waypoint(gateway.get());
    if (waypoint.isEmpty()) {
      return Optional.of(new RouteParent.NotOurs(gateway.get().className().value(), ref.span()));
    }
    return isAdmitted(route, gateway.get(), ref)
        ? Optional.of(new RouteParent.OfWaypoint(waypoint.get(), ref.span()))
        : Optional.empty();
  }

  private boolean isAdmitted(Metadata route, Gateway gateway, ParentRef ref) {
    return switch (admittance.of(gateway, route.namespace())) {
      case Admittance.Verdict.Admitted() -> true;
      case Admittance.Verdict.Refused(var why, var help) -> {
        problems.report(
            Code.ROUTE_NOT_ADMITTED,
            ref.span(),
            route.resource(),
            new Text(
                "waypoint `"
                    + ref.namespace()
                    + "/"
                    + ref.name()
                    + "` admits no routes of namespace `"
                    + route.namespace()
                    + "`: "
                    + why,
                "the route would never apply",
                help + ", or attach the route to a Service"));
        yield false;
      }
    };
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

  private void backend(HttpRouteSyntax syntax, BackendRef ref) {
    Metadata route = syntax.metadata();
    LinkedService service = services.service(ref.namespace() + "/" + ref.name());
    if (service == null) {
      missing(
          route,
          Code.BACKEND_NOT_FOUND,
          Reference.ofService(ref.namespace(), ref.name(), ref.span()));
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
    grants.check(syntax, ref);
  }

  private static String ports(LinkedService service) {
    return String.join(
        ", ", service.ports().stream().map(port -> Integer.toString(port.port())).toList());
  }

  /// The name of an object of another document, and where it stands.
  private record Reference(String kind, String namespace, String name, Span span) {
    static Reference ofService(String namespace, String name, Span span) {
      return new Reference("Service", namespace, name, span);
    }

    static Reference ofGateway(String namespace, String name, Span span) {
      return new Reference("Gateway", namespace, name, span);
    }

    String words() {
      return kind + " `" + namespace + "/" + name + "`";
    }
  }

  private void missing(Metadata policy, Code code, Reference reference) {
    if (!topology.knowsObjects(reference.namespace(), reference.kind())) {
      problems.report(
          Code.TARGET_UNKNOWN,
          reference.span(),
          policy.resource(),
          new Text(
              "whether " + reference.words() + " exists is unknown",
              "nothing of namespace `"
                  + reference.namespace()
                  + "` is given, so nobody can tell where the policy is enforced; no bundle is"
                  + " built from it",
              KnownTopology.help(Optional.of(reference.namespace()))));
      return;
    }
    problems.report(
        code,
        reference.span(),
        policy.resource(),
        new Text(
            reference.words() + " does not exist in the tree",
            "what names nothing is enforced nowhere",
            nearest(reference).orElse("add it to the tree, or correct the name")));
  }

  /// The most alike name in the namespace, else the same name in another one.
  private Optional<String> nearest(Reference reference) {
    boolean service = reference.kind().equals("Service");
    var inNamespace =
        service
            ? catalog.servicesIn(reference.namespace())
            : catalog.gatewaysIn(reference.namespace());
    var everywhere = service ? catalog.serviceReferences() : catalog.gatewayReferences();
    return Nearest.of(reference.name(), inNamespace)
        .map(found -> reference.namespace() + "/" + found)
        .or(() ->
            everywhere.stream().filter(found -> found.endsWith("/" + reference.name())).findFirst())
        .map(found -> "did you mean `" + found + "`?");
  }
}
