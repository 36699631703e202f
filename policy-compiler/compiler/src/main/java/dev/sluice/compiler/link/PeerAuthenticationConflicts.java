package dev.sluice.compiler.link;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedPolicy.PeerAuth;
import dev.sluice.engine.policy.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reports PeerAuthentications between which only a creation time, unknown in git, could choose.
final class PeerAuthenticationConflicts {

  private PeerAuthenticationConflicts() {}

  static void report(LinkedMesh mesh, Diagnostics problems) {
    Map<Scope, PeerAuth> byScope = new HashMap<>();
    Map<String, Selecting> byNamespace = new HashMap<>();
    for (LinkedPolicy policy : mesh.policies()) {
      if (policy instanceof PeerAuth peers) {
        PeerAuth first = byScope.putIfAbsent(peers.scope(), peers);
        PeerAuth other =
            peers.scope() instanceof Scope.Selected selected
                ? byNamespace
                    .computeIfAbsent(selected.namespace(), _ -> new Selecting())
                    .add(peers, mesh.allIn(selected))
                : null;
        if (first != null || other != null) {
          report(first != null ? first : Objects.requireNonNull(other), peers, problems);
        }
      }
    }
  }

  /// The policies with a selector in one namespace, and the first that covers each workload.
  private static final class Selecting {
    private final List<PeerAuth> policies = new ArrayList<>();
    private final IdentityHashMap<LinkedWorkload, Integer> covered = new IdentityHashMap<>();

    /// Adds a policy; returns the first of the earlier ones that conflicts with it.
    @Nullable PeerAuth add(PeerAuth policy, List<LinkedWorkload> workloads) {
      int own = policies.size();
      int first = own;
      for (LinkedWorkload workload : workloads) {
        Integer before = covered.putIfAbsent(workload, own);
        first = before == null ? first : Math.min(first, before);
      }
      for (int i = 0; i < first; i++) {
        if (areNested(policies.get(i).scope(), policy.scope())) {
          first = i;
        }
      }
      policies.add(policy);
      return first == own ? null : policies.get(first);
    }
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
