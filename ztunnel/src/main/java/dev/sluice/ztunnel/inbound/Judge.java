package dev.sluice.ztunnel.inbound;

import dev.sluice.engine.index.IndexedDecider;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Decider;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.MtlsRequirement;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.runtime.bundle.LivePolicy;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Workload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Decides connections to local workloads by the policy and the mesh of the moment it is asked.
///
/// The signed bundle decides; policies that came with the mesh have to allow as well. A workload
/// that names a policy the mesh does not hold is refused to everybody until it does.
final class Judge {

  private final LiveMesh mesh;
  private final LivePolicy policy;
  private volatile OfMesh known;

  private record OfMesh(StaticMesh mesh, Map<String, Optional<Decider>> deciders) {}

  Judge(LiveMesh mesh, LivePolicy policy) {
    this.mesh = mesh;
    this.policy = policy;
    this.known = new OfMesh(mesh.current(), new ConcurrentHashMap<>());
  }

  /// Decides a connection to a workload, of which another state may be known by now.
  Verdict decide(Workload workload, Connection facts) {
    StaticMesh now = mesh.current();
    Workload current = now.workloadByUid(workload.uid()).orElse(workload);
    Verdict signed = policy.current().decider(current.direct()).decide(facts);
    if (!signed.allows()) {
      return signed;
    }
    return beside(now, current)
        .map(decider -> decider.decide(facts))
        .filter(beside -> !beside.allows())
        .orElse(signed);
  }

  private Optional<Decider> beside(StaticMesh now, Workload workload) {
    if (now.policies().isEmpty() && workload.authorizationPolicies().isEmpty()) {
      return Optional.empty();
    }
    OfMesh cache = known;
    if (!cache.mesh().equals(now)) {
      cache = new OfMesh(now, new ConcurrentHashMap<>());
      known = cache;
    }
    return cache.deciders().computeIfAbsent(workload.uid(), _ -> decider(now, workload));
  }

  private static Optional<Decider> decider(StaticMesh mesh, Workload workload) {
    var applied = mesh.policiesOf(workload);
    if (!applied.unknown().isEmpty()) {
      String missing = String.join("`, `", applied.unknown());
      return Optional.of(new Refusal("policy `" + missing + "` is not in the mesh"));
    }
    return applied.enforced().isEmpty()
        ? Optional.empty()
        : Optional.of(
            IndexedDecider.of(
                new PolicySet(
                    applied.enforced(), List.of(), MtlsRequirement.permissive(), List.of())));
  }

  private record Refusal(String reason) implements Decider {
    @Override
    public Verdict decide(Connection connection) {
      return new Verdict.Deny(new Verdict.Cause.NoPolicy(reason));
    }

    @Override
    public Verdict decide(HttpRequest request) {
      return new Verdict.Deny(new Verdict.Cause.NoPolicy(reason));
    }
  }
}
