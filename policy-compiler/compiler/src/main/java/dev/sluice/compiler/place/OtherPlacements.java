package dev.sluice.compiler.place;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.RouteParent;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedService.Protocol;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.place.Placement.Layer;
import dev.sluice.compiler.place.Placement.Point;
import dev.sluice.compiler.place.Placement.Reason;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.PortSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Places PeerAuthentications (ztunnel), RequestAuthentications and HTTPRoutes (waypoints).
final class OtherPlacements {

  private final LinkedMesh mesh;
  private final GuardPlanner guards;
  private final Diagnostics problems;
  private final PeerConversion conversion;

  OtherPlacements(
      LinkedMesh mesh, GuardPlanner guards, PeerConversion conversion, Diagnostics problems) {
    this.mesh = mesh;
    this.guards = guards;
    this.problems = problems;
    this.conversion = conversion;
  }

  Placement place(LinkedPolicy.PeerAuth policy) {
    List<LinkedWorkload> workloads = mesh.workloadsIn(policy.scope());
    Targets.reportSelection(mesh, policy, policy.scope(), problems);
    Uncaptured uncaptured = Uncaptured.in(mesh, policy.scope());
    if (uncaptured.isAll(workloads.size())) {
      return Targets.nowhere(policy, uncaptured);
    }
    Point point =
        new Point(
            Layer.ZTUNNEL,
            Optional.empty(),
            List.of(),
            workloads.stream().map(LinkedWorkload::reference).toList(),
            List.of());
    return new Placement(
        policy,
        Layer.ZTUNNEL,
        List.of(point),
        Optional.empty(),
        List.of(),
        List.of(
            new Reason(
                "mTLS ends at ztunnel; a waypoint accepts nothing else",
                policy.syntax().metadata().nameSpan())),
        uncaptured.unenforced(),
        conversion.difference(policy));
  }

  Placement place(LinkedPolicy.RequestAuth policy) {
    return policy.syntax().selection() instanceof dev.sluice.compiler.syntax.Selection.Targets
        ? targeted(policy)
        : selected(policy);
  }

  private Placement targeted(LinkedPolicy.RequestAuth policy) {
    Metadata metadata = policy.syntax().metadata();
    var reasons = new ArrayList<Reason>();
    policy
        .targets()
        .forEach(target -> {
          Targets.explain(target, reasons);
          Targets.reportUnbound(metadata, target, problems);
        });
    List<LinkedService> services = guards.services(policy.targets());
    List<Point> points = Targets.points(mesh, services, rules(policy));
    Uncaptured uncaptured = Uncaptured.behind(mesh, services);
    uncaptured.report(metadata, policy.scope(), points.size(), problems);
    List<Guard> made = guards.ofTargets(policy.id(), policy.targets(), policy.guardExempt());
    return new Placement(
        policy,
        points.isEmpty() ? Layer.NONE : Layer.WAYPOINT,
        points,
        guards.summary(made),
        made,
        reasons,
        uncaptured.unenforced(),
        Optional.of(
            "Istio leaves direct dials to the workloads open; the generated guard closes them"));
  }

  private Placement selected(LinkedPolicy.RequestAuth policy) {
    Metadata metadata = policy.syntax().metadata();
    List<LinkedWorkload> workloads = mesh.workloadsIn(policy.scope());
    Targets.reportSelection(mesh, policy, policy.scope(), problems);
    Uncaptured uncaptured = Uncaptured.in(mesh, policy.scope());
    List<LinkedWorkload> exposed =
        workloads.stream().filter(workload -> !workload.isBehindWaypoint()).toList();
    if (!exposed.isEmpty()) {
      problems.report(
          Code.NEEDS_WAYPOINT,
          metadata.nameSpan(),
          metadata.resource(),
          new Text(
              "tokens are validated at waypoints only, and no waypoint serves "
                  + Targets.abbreviated(exposed.stream().map(LinkedWorkload::reference).toList()),
              "Istio ignores a RequestAuthentication without targetRefs in ambient mode",
              "put the Service behind a waypoint (`istio.io/use-waypoint`), or target a Service"
                  + " that is"));
    }
    var reasons = new ArrayList<Reason>();
    reasons.add(new Reason("tokens are part of HTTP requests", metadata.nameSpan()));
    List<LinkedService> services =
        workloads.stream()
            .flatMap(workload -> workload.servicesBehindWaypoint().stream())
            .distinct()
            .toList();
    services.forEach(service -> Targets.explainBinding(service, reasons));
    List<Guard> made =
        guards.ofScope(policy.id(), policy.scope(), PortSet.all(), policy.guardExempt());
    List<Point> points = Targets.points(mesh, services, rules(policy));
    return new Placement(
        policy,
        points.isEmpty() ? Layer.NONE : Layer.WAYPOINT,
        points,
        guards.summary(made),
        made,
        reasons,
        uncaptured.unenforced(),
        Optional.of("Istio ignores a RequestAuthentication without targetRefs in ambient mode"));
  }

  private static List<Integer> rules(LinkedPolicy.RequestAuth policy) {
    return IntStream.range(0, policy.syntax().rules().size()).boxed().toList();
  }

  Placement place(LinkedPolicy.Route policy) {
    Metadata metadata = policy.syntax().metadata();
    var reasons = new ArrayList<Reason>();
    var services = new ArrayList<LinkedService>();
    for (RouteParent parent : policy.parents()) {
      switch (parent) {
        case RouteParent.OfService(var service, int port, Span span) -> {
          reasons.add(
              new Reason(
                  "routes what is addressed to Service `" + service.reference() + "`", span));
          Targets.explainBinding(service, reasons);
          checkParent(metadata, service, port, span);
          services.add(service);
        }
        case RouteParent.OfWaypoint(var waypoint, Span span) -> {
          reasons.add(
              new Reason("routes what waypoint `" + waypoint.reference() + "` serves", span));
          services.addAll(mesh.servicesOf(waypoint));
        }
        case RouteParent.NotOurs(String className, Span span) ->
            reportNotOurs(metadata, className, span);
      }
    }
    List<Point> points =
        Targets.points(
            mesh, services, IntStream.range(0, policy.syntax().rules().size()).boxed().toList());
    return new Placement(
        policy,
        points.isEmpty() ? Layer.NONE : Layer.WAYPOINT,
        points,
        Optional.empty(),
        List.of(),
        reasons,
        List.of(),
        difference(policy));
  }

  private static Optional<String> difference(LinkedPolicy.Route policy) {
    boolean consumer =
        policy.parents().stream()
            .anyMatch(parent ->
                parent instanceof RouteParent.OfService(var service, int _, var _)
                    && !service.namespace().equals(policy.syntax().metadata().namespace()));
    return consumer
        ? Optional.of("Istio's waypoints ignore routes from the caller's namespace")
        : Optional.empty();
  }

  private void checkParent(Metadata route, LinkedService service, int port, Span span) {
    if (service.waypoint().isEmpty()) {
      problems.report(
          Code.ROUTE_WITHOUT_WAYPOINT,
          span,
          route.resource(),
          new Text(
              "Service `"
                  + service.reference()
                  + "` is not bound to a waypoint, so nothing would apply the route",
              "Istio accepts such a route and ignores it",
              "label the Service `istio.io/use-waypoint: <name>` and add that Gateway of class"
                  + " `istio-waypoint`"));
    }
    service.ports().stream()
        .filter(candidate -> port == 0 || candidate.port() == port)
        .filter(candidate -> candidate.protocol() == Protocol.TCP)
        .forEach(candidate ->
            problems.report(
                Code.L7_ON_TCP_PORT,
                span,
                route.resource(),
                new Text(
                    "port "
                        + candidate.port()
                        + " of Service `"
                        + service.reference()
                        + "` is declared as TCP",
                    "an HTTPRoute cannot apply to it",
                    "set `port` on the parentRef to an HTTP port, or declare `appProtocol:"
                        + " http`")));
  }

  private void reportNotOurs(Metadata route, String className, Span span) {
    problems.report(
        Code.ROUTE_NOT_OURS,
        span,
        route.resource(),
        new Text(
            "the route attaches to a Gateway of class `"
                + className
                + "`, whose proxies Sluice does not configure",
            "it is left to the controller of that class",
            "nothing to do here, unless a waypoint was meant"));
  }
}
