package dev.sluice.compiler.review;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.link.LinkedPolicy.LinkedRule;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.link.Waypoint;
import dev.sluice.compiler.review.Overview.Group;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.StringMatch;
import java.util.List;
import java.util.Optional;

/// ALLOW policies under which Istio's ztunnel would refuse the waypoint itself.
///
/// Here ztunnel admits what the waypoint has judged; in Istio it judges the waypoint's identity by
/// the policies that were written for clients.
final class UpstreamCuts {

  private final Implication implication;
  private final Diagnostics problems;

  UpstreamCuts(Implication implication, Diagnostics problems) {
    this.implication = implication;
    this.problems = problems;
  }

  /// A waypoint, and a workload that it would be cut off.
  record Cut(Waypoint waypoint, LinkedWorkload workload) {}

  /// Notes the first cut of every ALLOW policy in a namespace.
  void collect(Overview overview, Share into) {
    for (Group group : overview.groups()) {
      List<Authorization> allows = group.allows();
      // of policies with HTTP rules, placement says where Istio differs
      if (!allows.isEmpty() && isPlain(allows) && !into.cuts.knows(allows.getFirst())) {
        for (LinkedWorkload workload : group.workloads()) {
          cut(allows, workload).ifPresent(cut -> into.cuts.addFirst(allows.getFirst(), cut));
        }
      }
    }
  }

  private static boolean isPlain(List<Authorization> allows) {
    for (Authorization allow : allows) {
      for (LinkedRule rule : allow.rules()) {
        if (rule.needsHttp()) {
          return false;
        }
      }
    }
    return true;
  }

  /// Reports what was noted.
  void report(Share share) {
    share.cuts.forEach((policy, cuts) -> report(policy, cuts.getFirst()));
  }

  private Optional<Cut> cut(List<Authorization> allows, LinkedWorkload workload) {
    for (LinkedService service : workload.servicesBehindWaypoint()) {
      Waypoint waypoint = service.waypoint().orElseThrow();
      Condition identity =
          new Condition.Principal(new StringMatch.Exact(waypoint.identity().principal()));
      boolean isAdmitted =
          allows.stream()
              .flatMap(policy -> policy.rules().stream())
              .anyMatch(rule -> !implication.excludes(rule.condition(), identity));
      if (!isAdmitted) {
        return Optional.of(new Cut(waypoint, workload));
      }
    }
    return Optional.empty();
  }

  private void report(Authorization policy, Cut cut) {
    problems.report(
        Code.UPSTREAM_CUTS_WAYPOINT,
        policy.syntax().metadata().nameSpan(),
        policy.syntax().metadata().resource(),
        new Text(
            "in Istio this ALLOW policy would also cut waypoint `"
                + cut.waypoint().reference()
                + "` off "
                + cut.workload().reference(),
            "Istio's ztunnel judges the waypoint's identity by it; here ztunnel admits what the"
                + " waypoint has judged by the client's identity",
            "nothing to do here; where Istio runs the same file, also admit `"
                + cut.waypoint().identity().principal()
                + "`"));
  }
}
