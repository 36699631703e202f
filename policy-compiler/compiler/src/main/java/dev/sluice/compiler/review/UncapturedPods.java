package dev.sluice.compiler.review;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.Witness;
import dev.sluice.compiler.diagnostic.Witness.Caller;
import dev.sluice.compiler.diagnostic.Witness.Decision;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.link.LinkedWorkload.Membership;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.place.Placement;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Pods that a policy names by selector or target and that no ztunnel captures, beside others that
/// it protects: anyone may dial them, unjudged.
final class UncapturedPods {

  private final LinkedMesh mesh;
  private final Diagnostics problems;
  private final ScopeIndex<Authorization> naming = new ScopeIndex<>();

  UncapturedPods(PlacedMesh placed, Diagnostics problems) {
    this.mesh = placed.mesh();
    this.problems = problems;
    for (Placement placement : placed.placements()) {
      if (placement.policy() instanceof Authorization policy && !placement.isOnTrial()) {
        switch (policy.scope()) {
          // who means everything has not named the pods that are left out
          case Scope.Mesh _, Scope.InNamespace _ -> {}
          case Scope.Selected _, Scope.SelectedAnywhere _ -> naming.add(policy.scope(), policy);
          case Scope.Addressed _ ->
              placement.guards().stream()
                  .map(Guard::scope)
                  .distinct()
                  .forEach(scope -> naming.add(scope, policy));
        }
      }
    }
  }

  void report() {
    Map<Authorization, List<LinkedWorkload>> open = new LinkedHashMap<>();
    for (LinkedWorkload workload : mesh.workloads()) {
      if (workload.membership() == Membership.OUTSIDE && !Overview.ports(workload).isEmpty()) {
        naming.values(naming.covering(workload.destination())).stream()
            .distinct()
            .forEach(policy -> open.computeIfAbsent(policy, _ -> new ArrayList<>()).add(workload));
      }
    }
    open.forEach((policy, workloads) -> {
      // when nothing at all is captured, placement has said so
      boolean isPartial =
          policy.scope() instanceof Scope.Addressed || !mesh.workloadsIn(policy.scope()).isEmpty();
      if (isPartial) {
        report(policy, workloads);
      }
    });
  }

  private void report(Authorization policy, List<LinkedWorkload> open) {
    Metadata metadata = policy.syntax().metadata();
    LinkedWorkload first = open.getFirst();
    problems.report(
        Code.POD_NOT_CAPTURED,
        metadata.nameSpan(),
        metadata.resource(),
        new Text(
                "no ztunnel captures "
                    + Names.listed(open.stream().map(LinkedWorkload::reference).toList())
                    + ", which this policy covers, so anyone may dial its pods",
                "it is so because " + first.enrolment().because(),
                "enrol the pods in the mesh, or take them out of what the policy covers")
            .shownBy(
                Witness.connection(
                    new Caller.Plaintext(),
                    Witnesses.destination(first, Overview.ports(first).first()),
                    Decision.ALLOW)));
  }
}
