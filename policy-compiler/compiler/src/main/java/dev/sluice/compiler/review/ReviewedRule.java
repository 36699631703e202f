package dev.sluice.compiler.review;

import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.link.LinkedPolicy.LinkedRule;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Condition;
import org.jspecify.annotations.Nullable;

/// One rule with the policy it stands in; `rank` is the place of the policy in the order of the
/// tree.
record ReviewedRule(Authorization policy, LinkedRule rule, long rank)
    implements Comparable<ReviewedRule> {

  @Override
  public int compareTo(ReviewedRule other) {
    int byPolicy = Long.compare(rank, other.rank);
    return byPolicy != 0 ? byPolicy : Integer.compare(rule.index(), other.rule.index());
  }

  /// Rules are told apart by their place: comparing what they say would cost more than it decides.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ReviewedRule that && compareTo(that) == 0;
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(rank) + rule.index();
  }

  Condition condition() {
    return rule.condition();
  }

  Action action() {
    return policy.action();
  }

  Metadata metadata() {
    return policy.syntax().metadata();
  }

  /// The rule as it is named in the findings of another policy.
  String nameFrom(Authorization reader) {
    String number = "rule " + (rule.index() + 1);
    return policy.id().equals(reader.id())
        ? number + " of the same policy (line " + rule.span().line() + ")"
        : number
            + " of AuthorizationPolicy `"
            + metadata().namespace()
            + "/"
            + metadata().name()
            + "` ("
            + rule.span().file()
            + ":"
            + rule.span().line()
            + ")";
  }
}
