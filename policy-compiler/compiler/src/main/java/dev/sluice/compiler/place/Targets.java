package dev.sluice.compiler.place;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.ResolvedTarget;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.link.SelectorHints;
import dev.sluice.compiler.place.Placement.Layer;
import dev.sluice.compiler.place.Placement.Point;
import dev.sluice.compiler.place.Placement.Reason;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.engine.policy.Scope;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What placements of every kind share: waypoint points, binding reasons, and findings about
/// selections.
final class Targets {

  private static final String USE_WAYPOINT = "istio.io/use-waypoint";
  private static final int SHOWN = 5;

  private Targets() {}

  /// One point for each waypoint that serves any of the Services.
  static List<Point> points(LinkedMesh mesh, List<LinkedService> services, List<Integer> rules) {
    Map<String, List<LinkedService>> byWaypoint = new TreeMap<>();
    for (LinkedService service : services) {
      service
          .waypoints()
          .forEach(waypoint ->
              byWaypoint
                  .computeIfAbsent(waypoint.reference(), _ -> new ArrayList<>())
                  .add(service));
    }
    var points = new ArrayList<Point>();
    byWaypoint.forEach((waypoint, served) -> {
      Set<String> workloads = new LinkedHashSet<>();
      for (LinkedService service : served) {
        mesh.endpoints(service).forEach(workload -> workloads.add(workload.reference()));
      }
      points.add(
          new Point(
              Layer.WAYPOINT,
              Optional.of(waypoint),
              served.stream().map(service -> "Service " + service.reference()).toList(),
              List.copyOf(workloads),
              rules));
    });
    return points;
  }

  /// Why traffic to a target is judged at a waypoint.
  static void explain(ResolvedTarget target, List<Reason> reasons) {
    switch (target) {
      case ResolvedTarget.OfService(var service, Span span) -> {
        reasons.add(
            new Reason("targets Service `" + service.reference() + "` by targetRefs", span));
        explainBinding(service, reasons);
      }
      case ResolvedTarget.OfWaypoint(var waypoint, Span span) ->
          reasons.add(
              new Reason(
                  "targets everything waypoint `" + waypoint.reference() + "` serves", span));
      case ResolvedTarget.OfAllWaypoints(Span span) ->
          reasons.add(new Reason("targets everything any waypoint serves", span));
    }
  }

  static void explainBinding(LinkedWorkload workload, List<Reason> reasons) {
    workload.servicesBehindWaypoint().forEach(service -> explainBinding(service, reasons));
  }

  static void explainBinding(LinkedService service, List<Reason> reasons) {
    Metadata metadata = service.syntax().metadata();
    Located<String> label = metadata.labels().get(USE_WAYPOINT);
    service
        .canary()
        .ifPresent(canary ->
            reasons.add(
                new Reason(
                    "a share of what is addressed to Service `"
                        + service.reference()
                        + "` takes its canary `"
                        + canary.reference()
                        + "`",
                    metadata.nameSpan())));
    service
        .waypoint()
        .ifPresent(waypoint ->
            reasons.add(
                new Reason(
                    "Service `"
                        + service.reference()
                        + "` is bound to waypoint `"
                        + waypoint.reference()
                        + "` by "
                        + (label == null ? "its Namespace's label" : "its label"),
                    label == null ? metadata.nameSpan() : label.span())));
  }

  /// Reports a target that no waypoint serves.
  static void reportUnbound(Metadata policy, ResolvedTarget target, Diagnostics problems) {
    if (target instanceof ResolvedTarget.OfService(var service, Span span)
        && service.waypoint().isEmpty()) {
      problems.report(
          Code.TARGET_WITHOUT_WAYPOINT,
          span,
          policy.resource(),
          new Text(
              "Service `" + service.reference() + "` is not bound to a waypoint",
              "targetRefs are enforced at waypoints only; in Istio the policy would be attached"
                  + " nowhere and the traffic would flow",
              "label the Service `"
                  + USE_WAYPOINT
                  + ": <name>` and add that Gateway of class "
                  + "`istio-waypoint`, or select workloads by `selector` with L4 attributes only"));
    }
  }

  /// Reports a selection without any workload, or with workloads that are not captured.
  static void reportSelection(
      LinkedMesh mesh, LinkedPolicy policy, Scope scope, Diagnostics problems) {
    Metadata metadata = policy.syntax().metadata();
    int captured = mesh.workloadsIn(scope).size();
    Uncaptured uncaptured = Uncaptured.in(mesh, scope);
    if (captured > 0 || !uncaptured.workloads().isEmpty()) {
      uncaptured.report(metadata, scope, captured, problems);
    } else if (!mesh.topology().knowsWorkloads(scope)) {
      problems.report(
          Code.PLACEMENT_UNKNOWN,
          metadata.nameSpan(),
          metadata.resource(),
          new Text(
              "whether this policy is enforced is unknown: no workloads it could select are given",
              "placement needs the Deployments (or Pods), Services, Namespaces and waypoint"
                  + " Gateways",
              mesh.topology().help(scope)));
    } else {
      problems.report(
          Code.SELECTS_NOTHING,
          metadata.nameSpan(),
          metadata.resource(),
          new Text(
              "this policy selects no workload of the tree",
              "it protects nothing that is known here",
              SelectorHints.of(scope, mesh.workloads())
                  .orElse("correct the labels, or add the workload to the tree")));
    }
  }

  /// The placement of a policy that no proxy here can enforce, because its workloads are not
  /// captured.
  static Placement nowhere(LinkedPolicy policy, Uncaptured uncaptured) {
    return new Placement(
        policy,
        Layer.NONE,
        List.of(),
        Optional.empty(),
        List.of(),
        List.of(
            new Reason(
                "no ztunnel captures the workloads it selects",
                policy.syntax().metadata().nameSpan())),
        uncaptured.unenforced(),
        Optional.empty());
  }

  /// Names for a message: the first few and how many more.
  static String abbreviated(List<String> names) {
    String shown =
        String.join(", ", names.stream().limit(SHOWN).map(name -> "`" + name + "`").toList());
    return names.size() <= SHOWN ? shown : shown + " and " + (names.size() - SHOWN) + " more";
  }
}
