package dev.sluice.compiler.link;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedPolicy.PeerAuth;
import dev.sluice.engine.policy.Scope;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reports PeerAuthentications between which only a creation time, unknown in git, could choose.
final class PeerAuthenticationConflicts {

  private PeerAuthenticationConflicts() {}

  static void report(
      List<LinkedPolicy> policies, List<LinkedWorkload> workloads, Diagnostics problems) {
    Map<Scope, PeerAuth> byScope = new HashMap<>();
    List<PeerAuth> all =
        policies.stream().filter(PeerAuth.class::isInstance).map(PeerAuth.class::cast).toList();
    for (int i = 0; i < all.size(); i++) {
      PeerAuth policy = all.get(i);
      PeerAuth first = byScope.putIfAbsent(policy.scope(), policy);
      if (first != null) {
        report(first, policy, problems);
        continue;
      }
      all.subList(0, i).stream()
          .filter(other ->
              areNested(other.scope(), policy.scope())
                  || workloads.stream().anyMatch(workload -> bothSelect(other, policy, workload)))
          .findFirst()
          .ifPresent(other -> report(other, policy, problems));
    }
  }

  private static boolean bothSelect(PeerAuth left, PeerAuth right, LinkedWorkload workload) {
    return left.scope() instanceof Scope.Selected
        && right.scope() instanceof Scope.Selected
        && left.scope().covers(workload.destination())
        && right.scope().covers(workload.destination());
  }

  /// Two selectors of a namespace of which one includes the other.
  private static boolean areNested(Scope left, Scope right) {
    return left instanceof Scope.Selected(var leftNamespace, var leftLabels)
        && right instanceof Scope.Selected(var rightNamespace, var rightLabels)
        && leftNamespace.equals(rightNamespace)
        && leftLabels.entrySet().stream()
            .allMatch(label ->
                rightLabels.getOrDefault(label.getKey(), label.getValue()).equals(label.getValue()))
        && (leftLabels.keySet().containsAll(rightLabels.keySet())
            || rightLabels.keySet().containsAll(leftLabels.keySet()));
  }

  private static void report(PeerAuth first, PeerAuth second, Diagnostics problems) {
    var metadata = second.syntax().metadata();
    problems.report(
        Code.DUPLICATE_PEER_AUTHENTICATION,
        metadata.nameSpan(),
        metadata.resource(),
        new Text(
            "PeerAuthentication `"
                + metadata.name()
                + "` covers workloads that `"
                + first.syntax().metadata().name()
                + "` ("
                + first.syntax().metadata().nameSpan()
                + ") covers at the same level",
            "Istio lets the oldest object win, and git does not know which that is",
            "merge the two, or give their selectors a label with different values"));
  }
}
