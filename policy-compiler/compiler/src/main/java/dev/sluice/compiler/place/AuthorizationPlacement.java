package dev.sluice.compiler.place;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.LinkedRule;
import dev.sluice.compiler.link.LinkedPolicy.ResolvedTarget;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.place.Placement.Layer;
import dev.sluice.compiler.place.Placement.Point;
import dev.sluice.compiler.place.Placement.Reason;
import dev.sluice.compiler.settings.MeshSettings.OnMissingWaypoint;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.PortSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Places AuthorizationPolicies: L4 rules on ztunnel, L7 rules on the waypoints that see their
/// traffic.
final class AuthorizationPlacement {

  private final LinkedMesh mesh;
  private final GuardPlanner guards;
  private final List<AuthorizationPolicy> substitutes;
  private final Diagnostics problems;
  private final PortChecks portChecks;

  AuthorizationPlacement(
      LinkedMesh mesh,
      GuardPlanner guards,
      List<AuthorizationPolicy> substitutes,
      Diagnostics problems) {
    this.mesh = mesh;
    this.guards = guards;
    this.substitutes = substitutes;
    this.problems = problems;
    this.portChecks = new PortChecks(problems);
  }

  Placement place(LinkedPolicy.Authorization policy) {
    Placement placement =
        policy.syntax().selection() instanceof dev.sluice.compiler.syntax.Selection.Targets
            ? targeted(policy)
            : selected(policy);
    return placement.isOnTrial() ? Trial.of(placement, policy.syntax(), problems) : placement;
  }

  private Placement targeted(LinkedPolicy.Authorization policy) {
    var metadata = policy.syntax().metadata();
    List<LinkedService> services = guards.services(policy.targets());
    var reasons = new ArrayList<Reason>();
    for (ResolvedTarget target : policy.targets()) {
      Targets.explain(target, reasons);
      Targets.reportUnbound(metadata, target, problems);
    }
    explainAttributes(policy, reasons);
    policy.rules().stream()
        .filter(LinkedRule::needsHttp)
        .forEach(rule ->
            services.forEach(service -> portChecks.checkServicePorts(metadata, rule, service)));
    List<Guard> made = guards.ofTargets(policy.id(), policy.targets(), policy.guardExempt());
    List<Point> points = Targets.points(mesh, services, allRules(policy));
    Uncaptured uncaptured = Uncaptured.behind(mesh, services);
    uncaptured.report(metadata, policy.scope(), points.size(), problems);
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

  private Placement selected(LinkedPolicy.Authorization policy) {
    List<LinkedWorkload> workloads = mesh.workloadsIn(policy.scope());
    var reasons = new ArrayList<Reason>();
    explainAttributes(policy, reasons);
    Targets.reportSelection(mesh, policy, policy.scope(), problems);
    boolean needsHttp = policy.rules().stream().anyMatch(LinkedRule::needsHttp);
    return needsHttp ? http(policy, workloads, reasons) : tcp(policy, workloads, reasons);
  }

  /// Only L4 attributes: ztunnel for direct traffic, the waypoint too for what passes through it.
  private Placement tcp(
      LinkedPolicy.Authorization policy, List<LinkedWorkload> workloads, List<Reason> reasons) {
    Uncaptured uncaptured = Uncaptured.in(mesh, policy.scope());
    if (uncaptured.isAll(workloads.size())) {
      return Targets.nowhere(policy, uncaptured);
    }
    List<Point> points = new ArrayList<>();
    points.add(ztunnel(workloads, allRules(policy)));
    List<Point> behind = waypointPoints(workloads, allRules(policy));
    points.addAll(behind);
    reasons.add(
        new Reason(
            "every rule asks only for what ztunnel can see",
            policy.syntax().metadata().nameSpan()));
    if (!behind.isEmpty()) {
      reasons.add(
          new Reason(
              "behind a waypoint only the waypoint sees the client's identity",
              policy.syntax().metadata().nameSpan()));
    }
    return new Placement(
        policy,
        behind.isEmpty() ? Layer.ZTUNNEL : Layer.BOTH,
        points,
        Optional.empty(),
        List.of(),
        reasons,
        uncaptured.unenforced(),
        UpstreamDifference.ofTcp(policy, mesh.settings(), behind));
  }

  /// Some rule needs an HTTP request: every workload must be behind a waypoint, and direct dials
  /// are closed.
  private Placement http(
      LinkedPolicy.Authorization policy, List<LinkedWorkload> workloads, List<Reason> reasons) {
    var metadata = policy.syntax().metadata();
    List<LinkedWorkload> behind =
        workloads.stream().filter(LinkedWorkload::isBehindWaypoint).toList();
    List<LinkedWorkload> exposed =
        workloads.stream().filter(workload -> !workload.isBehindWaypoint()).toList();
    if (!exposed.isEmpty()) {
      handleMissingWaypoint(policy, exposed);
    }
    PortSet concerned =
        policy.rules().stream()
            .filter(LinkedRule::needsHttp)
            .map(rule -> ConcernedPorts.ofWorkload(rule.condition()))
            .reduce(PortSet.none(), PortSet::union);
    policy.rules().stream()
        .filter(LinkedRule::needsHttp)
        .forEach(rule -> portChecks.checkWorkloadPorts(metadata, rule, behind));
    List<Guard> made = guardsOf(policy, exposed, concerned);
    List<Integer> tcpRules =
        policy.rules().stream().filter(rule -> !rule.needsHttp()).map(LinkedRule::index).toList();
    List<Point> points = new ArrayList<>();
    if (!tcpRules.isEmpty()) {
      points.add(ztunnel(workloads, tcpRules));
    }
    List<Point> atWaypoints = waypointPoints(behind, allRules(policy));
    points.addAll(atWaypoints);
    for (LinkedWorkload workload : behind) {
      Targets.explainBinding(workload, reasons);
    }
    return new Placement(
        policy,
        layer(atWaypoints, tcpRules),
        points,
        guards.summary(made),
        made,
        reasons.stream().distinct().toList(),
        Uncaptured.in(mesh, policy.scope()).unenforced(),
        Optional.of(UpstreamDifference.ofSelectedHttp(policy)));
  }

  /// Without a waypoint under `onMissingWaypoint: deny` the substitute decides, so only what is
  /// behind a waypoint is guarded; otherwise the whole scope is, including workloads that do not
  /// exist yet.
  private List<Guard> guardsOf(
      LinkedPolicy.Authorization policy, List<LinkedWorkload> exposed, PortSet concerned) {
    boolean substituted =
        !exposed.isEmpty() && mesh.settings().onMissingWaypoint() == OnMissingWaypoint.DENY;
    return substituted
        ? guards.ofServices(policy.id(), policy.scope(), concerned, policy.guardExempt())
        : guards.ofScope(policy.id(), policy.scope(), concerned, policy.guardExempt());
  }

  private static Layer layer(List<Point> atWaypoints, List<Integer> tcpRules) {
    if (atWaypoints.isEmpty()) {
      return tcpRules.isEmpty() ? Layer.NONE : Layer.ZTUNNEL;
    }
    return tcpRules.isEmpty() ? Layer.WAYPOINT : Layer.BOTH;
  }

  private void handleMissingWaypoint(
      LinkedPolicy.Authorization policy, List<LinkedWorkload> exposed) {
    var metadata = policy.syntax().metadata();
    LinkedRule rule =
        policy.rules().stream().filter(LinkedRule::needsHttp).findFirst().orElseThrow();
    var attribute = rule.httpAttributes().getFirst();
    String names = Targets.abbreviated(exposed.stream().map(LinkedWorkload::reference).toList());
    if (mesh.settings().onMissingWaypoint() == OnMissingWaypoint.DENY) {
      Substitution.of(policy).ifPresent(substitutes::add);
      problems.report(
          Code.LOWERED_TO_DENY,
          attribute.span(),
          metadata.resource(),
          new Text(
              "`"
                  + attribute.value()
                  + "` cannot be evaluated for "
                  + names
                  + ", so ztunnel enforces a stricter L4 policy there",
              "these workloads are not behind a waypoint and `onMissingWaypoint` is `deny`",
              "put their Service behind a waypoint to have the policy enforced as written"));
      return;
    }
    problems.report(
        Code.NEEDS_WAYPOINT,
        attribute.span(),
        metadata.resource(),
        new Text(
            "rule "
                + (rule.index() + 1)
                + " matches `"
                + attribute.value()
                + "`, which only a waypoint can see, and no waypoint serves "
                + names,
            UpstreamDifference.withoutWaypoint(policy),
            "label the Service (or its Namespace) `istio.io/use-waypoint: <name>` and add that"
                + " Gateway of class `istio-waypoint`, or use only principals, namespaces, IP"
                + " blocks and ports"));
  }

  private void explainAttributes(LinkedPolicy.Authorization policy, List<Reason> reasons) {
    for (LinkedRule rule : policy.rules()) {
      for (var attribute : rule.httpAttributes()) {
        reasons.add(
            new Reason(
                "rule "
                    + (rule.index() + 1)
                    + " matches `"
                    + attribute.value()
                    + "`, which only a waypoint can see",
                attribute.span()));
      }
    }
  }

  private static List<Integer> allRules(LinkedPolicy.Authorization policy) {
    return policy.rules().stream().map(LinkedRule::index).toList();
  }

  private static Point ztunnel(List<LinkedWorkload> workloads, List<Integer> rules) {
    return new Point(
        Layer.ZTUNNEL,
        Optional.empty(),
        List.of(),
        workloads.stream().map(LinkedWorkload::reference).toList(),
        rules);
  }

  private List<Point> waypointPoints(List<LinkedWorkload> workloads, List<Integer> rules) {
    List<LinkedService> services =
        workloads.stream()
            .flatMap(workload -> workload.servicesBehindWaypoint().stream())
            .distinct()
            .toList();
    return Targets.points(mesh, services, rules);
  }
}
