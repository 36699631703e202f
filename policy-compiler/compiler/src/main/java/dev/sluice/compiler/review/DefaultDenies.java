package dev.sluice.compiler.review;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.Witness;
import dev.sluice.compiler.diagnostic.Witness.Decision;
import dev.sluice.compiler.diagnostic.Witness.Request;
import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.link.LinkedPolicy.LinkedRule;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.review.Overview.Group;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// ALLOW policies that close more than they seem to: the first ALLOW in scope makes everything else
/// denied.
///
/// An ALLOW policy without rules says that default deny is meant; where one applies, nothing is
/// reported.
final class DefaultDenies {

  private static final List<String> MONITORING =
      List.of(
          "/metrics", "/stats/prometheus", "/health", "/healthz", "/livez", "/readyz", "/ready");

  private final Implication implication;
  private final Witnesses witnesses;
  private final Diagnostics problems;

  DefaultDenies(Implication implication, Witnesses witnesses, Diagnostics problems) {
    this.implication = implication;
    this.witnesses = witnesses;
    this.problems = problems;
  }

  /// A Service port to which a policy leaves no way, and a workload behind it.
  record Closed(ServedPort port, LinkedWorkload workload) {}

  /// A Service port in the order of findings.
  record ServedPort(String service, int port) implements Comparable<ServedPort> {
    Witness.Destination destination() {
      return new Witness.Destination.Service(service, port);
    }

    String host() {
      return service.substring(service.indexOf('/') + 1);
    }

    @Override
    public int compareTo(ServedPort other) {
      int byName = service.compareTo(other.service);
      return byName != 0 ? byName : Integer.compare(port, other.port);
    }

    @Override
    public String toString() {
      return "port " + port + " of Service `" + service + "`";
    }
  }

  /// Notes what ALLOW policies close in a namespace; `wide` are those that apply to every workload
  /// of the mesh.
  void collect(Overview overview, List<Authorization> wide, Share into) {
    boolean isMeshClosed = isNarrow(wide);
    for (Group group : overview.groups()) {
      if (isMeshClosed && isCut(group, wide)) {
        into.cutByMesh.add(group);
      }
      for (LinkedWorkload workload : group.workloads()) {
        for (LinkedService service : workload.services()) {
          List<Authorization> allows = overview.allows(group, service);
          if (!allows.isEmpty() && !isMeant(allows)) {
            collectClosed(allows, service, workload, into);
            if (!service.ports().isEmpty() && isOnlyMonitored(allows, workload)) {
              into.monitored.add(allows.getFirst(), new Closed(first(service), workload));
            }
          }
        }
      }
    }
  }

  /// Reports what was noted.
  void report(Share share) {
    share.closed.forEach((policy, closed) -> reportClosed(policy, sorted(closed)));
    share.monitored.forEach((policy, closed) -> reportOnlyMonitored(policy, sorted(closed)));
  }

  private static SortedMap<ServedPort, LinkedWorkload> sorted(List<Closed> closed) {
    var sorted = new TreeMap<ServedPort, LinkedWorkload>();
    closed.forEach(one -> sorted.put(one.port(), one.workload()));
    return sorted;
  }

  /// An ALLOW policy without rules says that default deny is meant.
  private static boolean isMeant(List<Authorization> allows) {
    for (Authorization allow : allows) {
      if (allow.rules().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private static ServedPort first(LinkedService service) {
    return new ServedPort(service.reference().toString(), service.ports().getFirst().port());
  }

  private void collectClosed(
      List<Authorization> allows, LinkedService service, LinkedWorkload workload, Share into) {
    if (allows.getFirst().scope() instanceof Scope.Mesh) {
      // a narrow mesh-wide ALLOW is a finding of its own
      return;
    }
    for (LinkedService.ServicePort port : service.ports()) {
      boolean isOpen = port.targets().isEmpty() || isOpen(allows, port);
      if (!isOpen) {
        into.closed.add(
            allows.getFirst(),
            new Closed(new ServedPort(service.reference().toString(), port.port()), workload));
      }
    }
  }

  private boolean isOpen(List<Authorization> allows, LinkedService.ServicePort port) {
    for (int target : port.targets()) {
      for (Authorization allow : allows) {
        for (LinkedRule rule : allow.rules()) {
          if (mayHold(rule, target, port.port())) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean mayHold(LinkedRule rule, int target, int port) {
    return !implication.excludes(rule.condition(), new Condition.WorkloadPort(target))
        && !implication.excludes(rule.condition(), new Condition.ServicePort(port));
  }

  private void reportClosed(Authorization policy, SortedMap<ServedPort, LinkedWorkload> closed) {
    Map.Entry<ServedPort, LinkedWorkload> first = closed.entrySet().iterator().next();
    problems.report(
        Code.PORT_CLOSED,
        policy.syntax().metadata().nameSpan(),
        policy.syntax().metadata().resource(),
        new Text(
                "this ALLOW policy closes "
                    + Names.listed(closed.keySet().stream().map(ServedPort::toString).toList())
                    + ": no ALLOW rule can match there",
                "once any ALLOW policy applies to a workload, whatever no rule admits is denied",
                "admit the callers of these ports too, or add an ALLOW policy without rules to say"
                    + " that default deny is meant")
            .shownBy(
                Witness.connection(
                    witnesses.anyCaller(first.getValue()),
                    first.getKey().destination(),
                    Decision.DENY)));
  }

  private boolean isOnlyMonitored(List<Authorization> allows, LinkedWorkload workload) {
    for (Authorization allow : allows) {
      for (LinkedRule rule : allow.rules()) {
        if (!rule.needsHttp()) {
          return false;
        }
      }
    }
    var paths = new TreeSet<>(MONITORING);
    workload.syntax().listening().probes().forEach(probe -> paths.add(probe.path()));
    paths.add(workload.syntax().podAnnotations().getOrDefault("prometheus.io/path", "/metrics"));
    var monitoring = anyPath(paths);
    return allows.stream()
        .flatMap(allow -> allow.rules().stream())
        .allMatch(rule -> implication.holds(rule.condition(), monitoring));
  }

  static Condition anyPath(Collection<String> paths) {
    return new Condition.AnyOf(
        paths.stream()
            .map(path -> (Condition) new Condition.Path(new StringMatch.Exact(path)))
            .toList());
  }

  private void reportOnlyMonitored(
      Authorization policy, SortedMap<ServedPort, LinkedWorkload> monitored) {
    Map.Entry<ServedPort, LinkedWorkload> first = monitored.entrySet().iterator().next();
    problems.report(
        Code.ONLY_MONITORING_ADMITTED,
        policy.syntax().metadata().nameSpan(),
        policy.syntax().metadata().resource(),
        new Text(
                "ALLOW rules admit only monitoring paths of "
                    + Names.listed(
                        monitored.values().stream()
                            .map(LinkedWorkload::reference)
                            .distinct()
                            .toList())
                    + ", so every other request is denied",
                "once any ALLOW policy applies to a workload, whatever no rule admits is denied",
                "admit the callers of the application too, or add an ALLOW policy without rules to"
                    + " say that default deny is meant")
            .shownBy(
                Witness.request(
                    witnesses.anyCaller(first.getValue()),
                    first.getKey().destination(),
                    Request.of("GET", first.getKey().host(), "/"),
                    Decision.DENY)));
  }

  /// A narrow mesh-wide ALLOW is often meant as an exception and closes the whole mesh.
  private static boolean isNarrow(List<Authorization> wide) {
    return !wide.isEmpty()
        && !isMeant(wide)
        && wide.stream()
            .flatMap(policy -> policy.rules().stream())
            .allMatch(rule -> RuleIndex.isNarrow(rule.condition()));
  }

  /// Reports what the ALLOW policies that apply to every workload close, when they are narrow.
  void reportMeshWide(List<Authorization> wide, Share share) {
    if (!share.cutByMesh.isEmpty()) {
      reportMeshWide(wide.getFirst(), share.cutByMesh);
    }
  }

  /// Whether no other ALLOW policy applies, at ztunnel or at a waypoint.
  private static boolean isCut(Group group, List<Authorization> wide) {
    // all of `wide` apply everywhere, so what has no more has no other
    return group.allows().size() == wide.size()
        && group.workloads().stream().noneMatch(LinkedWorkload::isBehindWaypoint);
  }

  private void reportMeshWide(Authorization policy, List<Group> cut) {
    var text =
        new Text(
            "this mesh-wide ALLOW policy closes "
                + Names.listed(
                    cut.stream()
                        .flatMap(group -> group.workloads().stream())
                        .map(LinkedWorkload::reference)
                        .toList())
                + " to everyone it does not admit: no other ALLOW policy applies there",
            "an ALLOW policy is no exception to an open mesh: whatever it does not admit is denied",
            "give it a selector, or add an ALLOW policy without rules in the root namespace to say"
                + " that default deny is meant");
    problems.report(
        Code.MESH_WIDE_ALLOW,
        policy.syntax().metadata().nameSpan(),
        policy.syntax().metadata().resource(),
        witnesses.refused(cut.getFirst()).map(text::shownBy).orElse(text));
  }
}
