package dev.sluice.compiler.place;

import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.LinkedRule;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.AuthorizationPolicy.Rule;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Condition.AllOf;
import dev.sluice.engine.policy.Condition.AnyOf;
import dev.sluice.engine.policy.Condition.Not;
import dev.sluice.engine.policy.Scope;
import java.util.List;

/// L4 policies that deny at least what an L7 DENY policy denies, for workloads without a waypoint.
///
/// An L7 ALLOW rule needs no substitute: without it nothing is admitted that the policy would not
/// admit.
final class Substitution {

  private Substitution() {}

  static List<AuthorizationPolicy> of(
      LinkedPolicy.Authorization policy, List<LinkedWorkload> exposed) {
    if (policy.action() == Action.ALLOW) {
      return List.of();
    }
    List<Rule> rules =
        policy.rules().stream()
            .filter(LinkedRule::needsHttp)
            .map(rule -> new Rule(rule.index(), widened(rule.condition())))
            .toList();
    return exposed.stream()
        .map(LinkedWorkload::destination)
        .distinct()
        .map(destination ->
            new AuthorizationPolicy(
                policy.id(),
                new Scope.Selected(destination.namespace(), destination.labels()),
                Action.DENY,
                rules))
        .toList();
  }

  /// Holds whenever `condition` might: what needs HTTP counts as true.
  private static Condition widened(Condition condition) {
    return switch (condition) {
      case AllOf(var terms) -> new AllOf(terms.stream().map(Substitution::widened).toList());
      case AnyOf(var terms) -> new AnyOf(terms.stream().map(Substitution::widened).toList());
      case Not(var term) -> term.needsHttp() ? Condition.always() : new Not(term);
      case Condition.L4 leaf -> leaf;
      case Condition.L7 _ -> Condition.always();
    };
  }
}
