package dev.sluice.runtime.bundle;

import dev.sluice.engine.index.IndexedDecider;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Decider;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.WaypointBinding;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The policy a proxy enforces at one moment: one revision, never a mix of two.
///
/// Without a shard it decides everything with the same refusal. Deciders of destinations are built
/// once and kept with the snapshot.
public final class PolicySnapshot {

  /// Destinations whose deciders are kept; more are built anew for every decision.
  static final int MOST_DECIDERS = 65_536;

  private static final Decider LABELS_UNKNOWN =
      new RefuseAll(
          new Verdict.Deny(
              new Verdict.Cause.NoPolicy(
                  "policies select by labels and those of the workload are unknown")));

  private final long generation;
  private final @Nullable BundleFacts facts;
  private final @Nullable PolicyShard shard;
  private final Decider refusal;
  private final Map<Destination, Decider> deciders = new ConcurrentHashMap<>();
  private final Map<Destination, List<Trial>> trials = new ConcurrentHashMap<>();
  private final Map<Class<?>, Object> derived = new ConcurrentHashMap<>();
  private final Map<String, WaypointBinding> bindings;

  private PolicySnapshot(
      long generation, @Nullable BundleFacts facts, @Nullable PolicyShard shard, String reason) {
    this.generation = generation;
    this.facts = facts;
    this.shard = shard;
    this.refusal = new RefuseAll(new Verdict.Deny(new Verdict.Cause.NoPolicy(reason)));
    this.bindings =
        shard == null
            ? Map.of()
            : shard.bindings().stream()
                .collect(
                    Collectors.toUnmodifiableMap(
                        binding -> binding.serviceNamespace() + "/" + binding.serviceName(),
                        Function.identity(),
                        (first, _) -> first));
  }

  /// No verified bundle: everything is refused.
  public static PolicySnapshot none(String reason) {
    return none(0, reason);
  }

  /// No bundle that may be served any longer: everything is refused.
  public static PolicySnapshot none(long generation, String reason) {
    return new PolicySnapshot(generation, null, null, reason);
  }

  /// A bundle that has content for this proxy. `generation` grows with every swap.
  public static PolicySnapshot of(long generation, BundleFacts facts, PolicyShard shard) {
    return new PolicySnapshot(generation, facts, shard, "");
  }

  /// A bundle without content for this proxy: everything is refused.
  public static PolicySnapshot uncovered(long generation, BundleFacts facts, String contentName) {
    return new PolicySnapshot(
        generation, facts, null, "the bundle has no content `" + contentName + "`");
  }

  private record RefuseAll(Verdict verdict) implements Decider {
    @Override
    public Verdict decide(Connection connection) {
      return verdict;
    }

    @Override
    public Verdict decide(HttpRequest request) {
      return verdict;
    }
  }

  public long generation() {
    return generation;
  }

  /// The bundle; empty when there is none.
  public Optional<BundleFacts> facts() {
    return Optional.ofNullable(facts);
  }

  /// What this proxy enforces; empty when everything is refused.
  public Optional<PolicyShard> shard() {
    return Optional.ofNullable(shard);
  }

  /// What decides traffic to a destination.
  public Decider decider(Destination destination) {
    if (shard == null) {
      return refusal;
    }
    Decider known = deciders.get(destination);
    if (known != null) {
      return known;
    }
    Decider built =
        UnknownLabels.matterTo(destination, shard)
            ? LABELS_UNKNOWN
            : IndexedDecider.of(shard.slice(destination));
    if (deciders.size() < MOST_DECIDERS) {
      deciders.put(destination, built);
    }
    return built;
  }

  /// A policy on trial and what would be decided if it were enforced beside what is.
  public record Trial(PolicyId policy, Decider decider) {

    /// A trial of `policy` beside everything that is enforced.
    public static Trial of(AuthorizationPolicy policy, PolicySet enforced) {
      var together =
          new PolicySet(
              Stream.concat(enforced.policies().stream(), Stream.of(policy)).toList(),
              enforced.authentications(),
              enforced.mtls(),
              enforced.guards());
      return new Trial(policy.id(), IndexedDecider.of(together));
    }
  }

  /// The trials that concern traffic to a destination; no decision depends on them.
  public List<Trial> trials(Destination destination) {
    if (shard == null || shard.shadow().isEmpty()) {
      return List.of();
    }
    List<Trial> known = trials.get(destination);
    if (known != null) {
      return known;
    }
    PolicySet enforced = shard.slice(destination);
    List<Trial> built =
        shard.shadow(destination).stream().map(policy -> Trial.of(policy, enforced)).toList();
    if (trials.size() < MOST_DECIDERS) {
      trials.put(destination, built);
    }
    return built;
  }

  /// Builds the deciders of these destinations ahead of traffic.
  public void prepare(Collection<Destination> destinations) {
    destinations.forEach(this::decider);
    destinations.forEach(this::trials);
  }

  /// What placement assumed about a Service's waypoint; empty when the bundle does not know it.
  public Optional<WaypointBinding> binding(String serviceNamespace, String serviceName) {
    return Optional.ofNullable(bindings.get(serviceNamespace + "/" + serviceName));
  }

  /// Something a proxy computes from the shard, for example its route table: computed once per
  /// snapshot and type; empty when there is no shard.
  public <T> Optional<T> derived(Class<T> type, Function<PolicyShard, T> compute) {
    PolicyShard own = shard;
    return own == null
        ? Optional.empty()
        : Optional.of(type.cast(derived.computeIfAbsent(type, _ -> compute.apply(own))));
  }
}
