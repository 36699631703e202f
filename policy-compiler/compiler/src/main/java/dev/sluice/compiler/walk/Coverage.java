package dev.sluice.compiler.walk;

import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.source.Span;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Evaluation.Truth;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.shard.PolicyShard;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which rules of the enforced AuthorizationPolicies have matched so far.
///
/// Confined to the thread that runs the cases.
public final class Coverage {

  /// A rule by its zero-based index, and where it stands.
  public record Rule(PolicyId policy, int index, Span span) {}

  private record Key(PolicyId policy, int index) {}

  private final List<Rule> rules;
  private final Set<Key> exercised = new HashSet<>();

  private Coverage(List<Rule> rules) {
    this.rules = rules;
  }

  /// Nothing has matched yet. Rules that no proxy enforces, as of policies on trial, are left out.
  public static Coverage of(PlacedMesh placed, List<PolicyShard> shards) {
    var enforced = new HashSet<PolicyId>();
    shards.forEach(
        shard -> shard.policies().stream().map(AuthorizationPolicy::id).forEach(enforced::add));
    var rules = new ArrayList<Rule>();
    for (LinkedPolicy policy : placed.mesh().policies()) {
      if (policy instanceof LinkedPolicy.Authorization ap && enforced.contains(ap.id())) {
        ap.rules().forEach(rule -> rules.add(new Rule(ap.id(), rule.index(), rule.span())));
      }
    }
    rules.sort(Comparator.comparing(Rule::span));
    return new Coverage(List.copyOf(rules));
  }

  /// Notes what matched on the way of an answer.
  public void add(Outcome outcome) {
    switch (outcome) {
      case Outcome.Answered(var _, var journeys) -> journeys.forEach(this::add);
      case Outcome.Divided(var journeys) -> journeys.forEach(this::add);
      case Outcome.Unanswerable _ -> {}
    }
  }

  /// What a waypoint's own connection matches says nothing about the client.
  private void add(Journey journey) {
    for (Hop hop : journey.hops()) {
      if (!hop.isRelay()) {
        for (AuthorizationPolicy policy : hop.set().policies()) {
          for (AuthorizationPolicy.Rule rule : policy.rules()) {
            if (hop.facts().test(rule.condition()) == Truth.TRUE) {
              exercised.add(new Key(policy.id(), rule.index()));
            }
          }
        }
      }
    }
  }

  /// All rules, by their places.
  public List<Rule> rules() {
    return rules;
  }

  /// Those that matched no case.
  public List<Rule> missed() {
    return rules.stream()
        .filter(rule -> !exercised.contains(new Key(rule.policy(), rule.index())))
        .toList();
  }

  /// The share of rules that matched, 0 to 100; 100 when there are none.
  public double percent() {
    return rules.isEmpty() ? 100 : 100.0 * (rules.size() - missed().size()) / rules.size();
  }
}
