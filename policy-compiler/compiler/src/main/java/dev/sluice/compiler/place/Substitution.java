package dev.sluice.compiler.place;

import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.LinkedRule;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.AuthorizationPolicy.Rule;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Condition.AllOf;
import dev.sluice.engine.policy.Condition.AnyOf;
import dev.sluice.engine.policy.Condition.Not;
import java.util.Optional;

/// An L4 policy that denies at least what an L7 DENY policy denies, for workloads without a
/// waypoint.
///
/// It has the policy's own scope: behind a waypoint it changes nothing, because what the waypoint
/// sends is admitted before any DENY and direct dials are refused by the guard anyway. An L7 ALLOW
/// rule needs no substitute: without it nothing is admitted that the policy would not admit.
final class Substitution {

  private Substitution() {}

  static Optional<AuthorizationPolicy> of(LinkedPolicy.Authorization policy) {
    if (policy.action() == Action.ALLOW) {
      return Optional.empty();
    }
    return Optional.of(
        new AuthorizationPolicy(
            policy.id(),
            policy.scope(),
            Action.DENY,
            policy.rules().stream()
                .filter(LinkedRule::needsHttp)
                .map(rule -> new Rule(rule.index(), widened(rule.condition())))
                .toList()));
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
