package dev.sluice.compiler.explain;

import dev.sluice.compiler.explain.Clause.Alternative;
import dev.sluice.compiler.explain.Clause.Group;
import dev.sluice.compiler.explain.RuleTrace.Failed;
import dev.sluice.compiler.explain.RuleTrace.Need;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.LinkedRule;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Polarity;
import dev.sluice.compiler.walk.Hop;
import dev.sluice.compiler.walk.Hop.Facts;
import dev.sluice.compiler.walk.Journey;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Evaluation.Truth;
import dev.sluice.engine.policy.PolicyId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Looks every rule on a journey up in the files and finds the condition it fails on.
final class RuleTracer {

  private final Map<PolicyId, LinkedPolicy.Authorization> policies = new HashMap<>();

  RuleTracer(LinkedMesh mesh) {
    for (LinkedPolicy policy : mesh.policies()) {
      if (policy instanceof LinkedPolicy.Authorization ap) {
        policies.put(ap.id(), ap);
      }
    }
  }

  /// The rules at every proxy that judged, in the order of the proxies.
  List<RuleTrace> trace(Journey journey) {
    var traces = new ArrayList<RuleTrace>();
    for (int i = 0; i < journey.hops().size(); i++) {
      Hop hop = journey.hops().get(i);
      if (!hop.isRelay()) {
        for (AuthorizationPolicy policy : hop.set().policies()) {
          for (AuthorizationPolicy.Rule rule : policy.rules()) {
            traces.add(trace(i, hop.facts(), policy, rule));
          }
        }
      }
    }
    return List.copyOf(traces);
  }

  private RuleTrace trace(
      int hop, Facts facts, AuthorizationPolicy policy, AuthorizationPolicy.Rule rule) {
    Truth matched = facts.test(rule.condition());
    Optional<LinkedRule> written = written(policy.id(), rule.index());
    Optional<Failed> failed =
        matched == Truth.TRUE
            ? Optional.empty()
            : groups(policy.id(), rule).flatMap(groups -> firstFailed(groups, facts));
    return new RuleTrace(
        hop,
        policy.id(),
        policy.action(),
        rule.index(),
        matched,
        failed,
        written.map(LinkedRule::span));
  }

  private Optional<LinkedRule> written(PolicyId policy, int index) {
    return Optional.ofNullable(policies.get(policy))
        .flatMap(ap -> ap.rules().stream().filter(rule -> rule.index() == index).findFirst());
  }

  /// The fields of a rule; empty when it is not what the file says but stands in for it.
  Optional<List<Group>> groups(PolicyId policy, AuthorizationPolicy.Rule rule) {
    LinkedPolicy.Authorization ap = policies.get(policy);
    if (ap == null) {
      return Optional.empty();
    }
    return ap.syntax().rules().stream()
        .filter(syntax -> syntax.index() == rule.index())
        .findFirst()
        .flatMap(syntax -> Clause.groups(syntax, rule.condition()));
  }

  private static Optional<Failed> firstFailed(List<Group> groups, Facts facts) {
    for (Group group : groups) {
      Optional<Clause> failing = failing(group, facts);
      if (failing.isPresent()) {
        return failing.map(clause -> failed(clause, facts));
      }
    }
    return Optional.empty();
  }

  /// The first failing field of the alternative that holds furthest; empty when one holds.
  private static Optional<Clause> failing(Group group, Facts facts) {
    Optional<Clause> best = Optional.empty();
    int furthest = -1;
    for (Alternative alternative : group.alternatives()) {
      List<Clause> clauses = alternative.clauses();
      int held = 0;
      while (held < clauses.size() && facts.test(clauses.get(held).condition()) == Truth.TRUE) {
        held++;
      }
      if (held == clauses.size()) {
        return Optional.empty();
      }
      if (held > furthest) {
        furthest = held;
        best = Optional.of(clauses.get(held));
      }
    }
    return best;
  }

  private static Failed failed(Clause clause, Facts facts) {
    boolean unknown = facts.test(clause.condition()) == Truth.UNKNOWN;
    Need need =
        unknown ? Need.HTTP : clause.polarity() == Polarity.POSITIVE ? Need.WANTED : Need.EXCLUDED;
    return new Failed(
        need, clause.field(), clause.values(), new Seen(facts).at(clause.subject()), clause.span());
  }
}
