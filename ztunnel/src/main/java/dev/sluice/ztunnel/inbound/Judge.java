package dev.sluice.ztunnel.inbound;

import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.index.IndexedDecider;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Decider;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.MtlsRequirement;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.runtime.bundle.LivePolicy;
import dev.sluice.runtime.bundle.PolicySnapshot.Trial;
import dev.sluice.runtime.connection.Subject;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Decides connections to local workloads by the policy and the mesh of the moment it is asked.
///
/// The signed bundle decides; policies that came with the mesh have to allow as well. A workload
/// that names a policy the mesh does not hold is refused to everybody until it does, and a peer of
/// a trust domain that is no longer accepted is nobody's peer.
final class Judge {

  private final LiveMesh mesh;
  private final LivePolicy policy;
  private final Predicate<TrustDomain> accepted;
  private volatile OfMesh known;

  /// What policies of one mesh mean for its workloads, by uid.
  private record OfMesh(StaticMesh mesh, Map<String, Beside> workloads) {}

  /// What came with the mesh for one workload: who decides (null: nobody), and what is on trial.
  private record Beside(@Nullable Decider decider, List<Trial> trials) {
    static final Beside NOTHING = new Beside(null, List.of());
  }

  Judge(LiveMesh mesh, LivePolicy policy, Predicate<TrustDomain> accepted) {
    this.mesh = mesh;
    this.policy = policy;
    this.accepted = accepted;
    this.known = new OfMesh(mesh.current(), new ConcurrentHashMap<>());
  }

  /// Connections to a workload, of which another state may be known each time it is asked.
  Subject of(Workload workload) {
    return new OfWorkload(this, workload.uid(), workload);
  }

  /// Workloads are the same by their uid; `first` stands in when the mesh forgets it.
  private record OfWorkload(Judge judge, String uid, Workload first) implements Subject {
    @Override
    public Decider decider() {
      return judge.decider(judge.mesh.current(), first);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof OfWorkload same && same.judge.equals(judge) && same.uid.equals(uid);
    }

    @Override
    public int hashCode() {
      return uid.hashCode();
    }
  }

  private Decider decider(StaticMesh now, Workload workload) {
    Workload current = now.workloadByUid(workload.uid()).orElse(workload);
    return new Composed(
        policy.current().decider(current.direct()), beside(now, current).decider(), accepted);
  }

  /// All of them have to allow.
  private record Composed(Decider signed, @Nullable Decider beside, Predicate<TrustDomain> accepted)
      implements Decider {
    @Override
    public Verdict decide(Connection connection) {
      if (connection.peer() instanceof Peer.Identified(var id)
          && !accepted.test(id.trustDomain())) {
        return refusal("trust domain `" + id.trustDomain() + "` is not accepted");
      }
      Verdict verdict = signed.decide(connection);
      if (!verdict.allows() || beside == null) {
        return verdict;
      }
      Verdict other = beside.decide(connection);
      return other.allows() ? verdict : other;
    }

    @Override
    public Verdict decide(HttpRequest request) {
      return signed.decide(request);
    }
  }

  /// What every policy on trial would decide if it were enforced as well.
  List<Trial> trials(Workload workload) {
    StaticMesh now = mesh.current();
    Workload current = now.workloadByUid(workload.uid()).orElse(workload);
    List<Trial> signed = policy.current().trials(current.direct());
    List<Trial> beside = beside(now, current).trials();
    if (beside.isEmpty()) {
      return signed;
    }
    var all = new ArrayList<>(signed);
    all.addAll(beside);
    return all;
  }

  private Beside beside(StaticMesh now, Workload workload) {
    if (now.policies().isEmpty() && workload.authorizationPolicies().isEmpty()) {
      return Beside.NOTHING;
    }
    OfMesh cache = known;
    if (!cache.mesh().equals(now)) {
      cache = new OfMesh(now, new ConcurrentHashMap<>());
      known = cache;
    }
    return cache.workloads().computeIfAbsent(workload.uid(), _ -> build(now, workload));
  }

  private static Beside build(StaticMesh mesh, Workload workload) {
    var applied = mesh.policiesOf(workload);
    if (!applied.unknown().isEmpty()) {
      String missing = String.join("`, `", applied.unknown());
      return new Beside(new Refusing("policy `" + missing + "` is not in the mesh"), List.of());
    }
    var enforced =
        new PolicySet(applied.enforced(), List.of(), MtlsRequirement.permissive(), List.of());
    return new Beside(
        applied.enforced().isEmpty() ? null : IndexedDecider.of(enforced),
        applied.onTrial().stream().map(trial -> Trial.of(trial, enforced)).toList());
  }

  private static Verdict refusal(String reason) {
    return new Verdict.Deny(new Verdict.Cause.NoPolicy(reason));
  }

  private record Refusing(String reason) implements Decider {
    @Override
    public Verdict decide(Connection connection) {
      return refusal(reason);
    }

    @Override
    public Verdict decide(HttpRequest request) {
      return refusal(reason);
    }
  }
}
