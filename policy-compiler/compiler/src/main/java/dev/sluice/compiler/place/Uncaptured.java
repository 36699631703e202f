package dev.sluice.compiler.place;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.link.LinkedWorkload.Membership;
import dev.sluice.compiler.place.Placement.Unenforced;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.engine.policy.Scope;
import java.util.List;

/// The workloads that a policy covers and no ztunnel captures: those with a sidecar, and those
/// outside the mesh. Nothing that a bundle says is enforced there, and each of them is named.
record Uncaptured(List<LinkedWorkload> workloads) {

  /// Of a policy without targetRefs.
  static Uncaptured in(LinkedMesh mesh, Scope scope) {
    return new Uncaptured(mesh.uncapturedIn(scope));
  }

  /// Of a policy with targetRefs: their waypoint judges what is addressed to the Services, and
  /// nobody refuses to dial these endpoints directly.
  static Uncaptured behind(LinkedMesh mesh, List<LinkedService> services) {
    return new Uncaptured(
        services.stream()
            .flatMap(service -> mesh.uncapturedEndpoints(service).stream())
            .distinct()
            .toList());
  }

  List<Unenforced> unenforced() {
    return workloads.stream()
        .map(workload -> new Unenforced(workload.reference(), workload.enrolment().because()))
        .toList();
  }

  /// Whether all there are, given how many are captured, are uncaptured.
  boolean isAll(int captured) {
    return captured == 0 && !workloads.isEmpty();
  }

  /// Reports them; `captured` other workloads of the same policy are enforced as planned.
  void report(Metadata policy, Scope scope, int captured, Diagnostics problems) {
    List<LinkedWorkload> sidecars = with(Membership.SIDECAR);
    List<LinkedWorkload> outside = with(Membership.OUTSIDE);
    if (!sidecars.isEmpty()) {
      reportSidecars(policy, sidecars, problems);
    }
    if (outside.isEmpty()) {
      return;
    }
    if (captured == 0 && sidecars.isEmpty()) {
      reportAllOutside(policy, problems);
    } else if (!(scope instanceof Scope.Mesh)) {
      // somewhere in every mesh there is a node agent or gateway: the plan lists them
      reportSomeOutside(policy, outside, problems);
    }
  }

  private List<LinkedWorkload> with(Membership membership) {
    return workloads.stream().filter(one -> one.membership() == membership).toList();
  }

  private static void reportSidecars(
      Metadata policy, List<LinkedWorkload> sidecars, Diagnostics problems) {
    problems.report(
        Code.SIDECAR_WORKLOADS,
        policy.nameSpan(),
        policy.resource(),
        new Text(
            "this policy also covers "
                + names(sidecars)
                + ", which a sidecar protects and no proxy of Sluice: "
                + sidecars.getFirst().enrolment().because(),
            "a sidecar reads the file from the cluster and decides by Istio's rules, without the"
                + " guard that closes direct dials; one file then means two things",
            "move the workload to ambient mode, or keep its policies apart by labels"));
  }

  private static void reportAllOutside(Metadata policy, Diagnostics problems) {
    problems.report(
        Code.OUTSIDE_MESH,
        policy.nameSpan(),
        policy.resource(),
        new Text(
            "every workload this policy selects is outside the mesh",
            "ztunnel does not capture host-network pods, gateways and pods labelled"
                + " `istio.io/dataplane-mode: none`",
            "remove the opt-out, or protect these workloads another way"));
  }

  private static void reportSomeOutside(
      Metadata policy, List<LinkedWorkload> outside, Diagnostics problems) {
    problems.report(
        Code.PARTLY_OUTSIDE,
        policy.nameSpan(),
        policy.resource(),
        new Text(
            "this policy also covers "
                + names(outside)
                + ", which no ztunnel captures: "
                + outside.getFirst().enrolment().because(),
            "it is enforced for the other workloads only",
            "remove the opt-out, or protect these workloads another way and leave them out of the"
                + " selection"));
  }

  private static String names(List<LinkedWorkload> workloads) {
    return Targets.abbreviated(workloads.stream().map(LinkedWorkload::reference).toList());
  }
}
