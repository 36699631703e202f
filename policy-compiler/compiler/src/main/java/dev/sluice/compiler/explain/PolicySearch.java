package dev.sluice.compiler.explain;

import dev.sluice.compiler.explain.Clause.Alternative;
import dev.sluice.compiler.explain.Clause.Group;
import dev.sluice.compiler.explain.NearestMiss.OfPolicy;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.place.Placement;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Polarity;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.walk.Hop;
import dev.sluice.compiler.walk.Hop.Facts;
import dev.sluice.compiler.walk.Journey;
import dev.sluice.compiler.walk.Outcome;
import dev.sluice.compiler.walk.Walk;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Evaluation.Truth;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Verdict.Cause;
import dev.sluice.engine.shard.PolicyShard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Searches for one edit of a policy that gets a refused request allowed, by deciding it again with
/// edited shards.
final class PolicySearch {

  private final PlacedMesh placed;
  private final List<PolicyShard> shards;
  private final RuleTracer tracer;

  PolicySearch(PlacedMesh placed, List<PolicyShard> shards, RuleTracer tracer) {
    this.placed = placed;
    this.shards = List.copyOf(shards);
    this.tracer = tracer;
  }

  Optional<OfPolicy> nearest(Case asked, Journey journey) {
    Optional<Hop> decisive = journey.decisive().filter(hop -> !hop.verdict().allows());
    if (decisive.isEmpty()) {
      return Optional.empty();
    }
    Hop hop = decisive.get();
    return switch (hop.verdict().cause()) {
      case Cause.NoAllowMatched() -> admitted(asked, hop);
      case Cause.ByRule(var policy, int rule) -> withoutRule(asked, policy, rule);
      case Cause.NeedsHttp(var policy, int rule) -> withoutRule(asked, policy, rule);
      case Cause.GuardRefused(var guard) -> exempted(asked, guard);
      case Cause.PlaintextRefused(var policy) -> permissive(asked, policy);
      case Cause.NoAllowPolicy _,
          Cause.JudgedByWaypoint _,
          Cause.GuardExempt _,
          Cause.TokenInvalid _,
          Cause.WrongAudience _,
          Cause.NoPolicy _,
          Cause.BindingDrift _ ->
          Optional.empty();
    };
  }

  /// Widens the one field on which an ALLOW rule fails.
  private Optional<OfPolicy> admitted(Case asked, Hop hop) {
    for (AuthorizationPolicy policy : hop.set().policies()) {
      if (policy.action() == Action.ALLOW) {
        for (AuthorizationPolicy.Rule rule : policy.rules()) {
          Optional<Clause> only =
              tracer.groups(policy.id(), rule).flatMap(groups -> onlyFailing(groups, hop.facts()));
          if (only.isPresent() && isAllowed(asked, ShardEdits.widen(shards, only.get()))) {
            return widened(policy.id(), rule.index(), only.get(), hop.facts());
          }
        }
      }
    }
    return Optional.empty();
  }

  /// The field on which alone the rule fails, in the alternatives that hold but for it.
  private static Optional<Clause> onlyFailing(List<Group> groups, Facts facts) {
    Optional<Clause> only = Optional.empty();
    for (Group group : groups) {
      List<Clause> failing = fewestFailing(group, facts);
      if (failing.size() > 1 || (only.isPresent() && !failing.isEmpty())) {
        return Optional.empty();
      }
      only = failing.isEmpty() ? only : Optional.of(failing.getFirst());
    }
    return only;
  }

  private static List<Clause> fewestFailing(Group group, Facts facts) {
    List<Clause> fewest = new ArrayList<>(group.clauses());
    for (Alternative alternative : group.alternatives()) {
      List<Clause> failing =
          alternative.clauses().stream()
              .filter(clause -> facts.test(clause.condition()) != Truth.TRUE)
              .toList();
      fewest = failing.size() < fewest.size() ? failing : fewest;
    }
    return fewest;
  }

  private static Optional<OfPolicy> widened(PolicyId policy, int rule, Clause clause, Facts facts) {
    String seen = new Seen(facts).at(clause.subject());
    if (seen.isEmpty()) {
      return Optional.empty();
    }
    String place = "`" + clause.field() + "` of " + policy + ", rule " + (rule + 1);
    String edit =
        clause.polarity() == Polarity.POSITIVE
            ? "add `" + seen + "` to " + place
            : "let " + place + " no longer exclude `" + seen + "`";
    return Optional.of(new OfPolicy(edit, Optional.of(clause.span())));
  }

  private Optional<OfPolicy> withoutRule(Case asked, PolicyId policy, int rule) {
    return isAllowed(asked, ShardEdits.withoutRule(shards, policy, rule))
        ? Optional.of(
            new OfPolicy(
                "take this request out of " + policy + ", rule " + (rule + 1), span(policy, rule)))
        : Optional.empty();
  }

  private Optional<OfPolicy> exempted(Case asked, PolicyId guard) {
    if (!(asked.from().peer() instanceof Peer.Identified(var id))) {
      return Optional.empty();
    }
    if (!isAllowed(asked, ShardEdits.exempt(shards, guard, id))) {
      return Optional.empty();
    }
    return placed.placements().stream()
        .filter(placement -> placement.guards().stream().anyMatch(g -> g.id().equals(guard)))
        .map(Placement::policy)
        .findFirst()
        .map(policy ->
            new OfPolicy(
                "annotate "
                    + policy.id()
                    + " with `sluice.dev/guard-exempt: "
                    + id.principal()
                    + "`",
                Optional.of(policy.syntax().metadata().nameSpan())));
  }

  private Optional<OfPolicy> permissive(Case asked, PolicyId policy) {
    return isAllowed(asked, ShardEdits.permissive(shards, policy))
        ? Optional.of(
            new OfPolicy("let " + policy + " accept plaintext (`PERMISSIVE`)", name(policy)))
        : Optional.empty();
  }

  private boolean isAllowed(Case asked, List<PolicyShard> edited) {
    return Walk.of(placed, edited).answer(asked) instanceof Outcome.Answered answered
        && answered.decision() == Decision.ALLOW;
  }

  private Optional<LinkedPolicy> find(PolicyId id) {
    return placed.mesh().policies().stream().filter(policy -> policy.id().equals(id)).findFirst();
  }

  private Optional<Span> name(PolicyId id) {
    return find(id).map(policy -> policy.syntax().metadata().nameSpan());
  }

  private Optional<Span> span(PolicyId id, int rule) {
    return find(id)
        .flatMap(policy ->
            policy instanceof LinkedPolicy.Authorization ap
                ? ap.rules().stream()
                    .filter(linked -> linked.index() == rule)
                    .map(LinkedPolicy.LinkedRule::span)
                    .findFirst()
                : Optional.empty());
  }
}
