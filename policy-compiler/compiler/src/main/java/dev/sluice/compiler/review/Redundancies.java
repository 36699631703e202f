package dev.sluice.compiler.review;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Condition.AllOf;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Rules without effect: covered by others of the same action, or ALLOW rules that a DENY eats.
///
/// One rule covers another when it applies wherever the other does, for every workload there is or
/// will be, and matches whatever the other matches.
final class Redundancies {

  /// Rules with more alternatives are compared as a whole only.
  private static final int ALTERNATIVES = 64;

  private static final int NAMED = 3;

  private final Implication implication;
  private final ScopeOrder scopes;
  private final Witnesses witnesses;
  private final Diagnostics problems;
  private final RuleIndex allows = new RuleIndex();
  private final RuleIndex denies = new RuleIndex();
  private final Set<ReviewedRule> without = new HashSet<>();

  Redundancies(
      Implication implication, ScopeOrder scopes, Witnesses witnesses, Diagnostics problems) {
    this.implication = implication;
    this.scopes = scopes;
    this.witnesses = witnesses;
    this.problems = problems;
  }

  /// Reports every rule that changes nothing; rules that never match are to be left out.
  void report(List<ReviewedRule> rules) {
    rules.forEach(rule -> index(rule.action()).add(rule));
    for (ReviewedRule rule : rules) {
      if (rule.action() == Action.ALLOW) {
        coveredBy(rule, denies).ifPresent(by -> reportOverruled(rule, by));
      }
    }
    for (ReviewedRule rule : rules) {
      if (!without.contains(rule)) {
        coveredByOne(rule).ifPresent(cover -> reportRedundant(rule, cover));
      }
    }
    // what one rule makes redundant must not count towards making that rule redundant
    for (ReviewedRule rule : rules) {
      if (!without.contains(rule)) {
        coveredBy(rule, index(rule.action())).ifPresent(covers -> reportRedundant(rule, covers));
      }
    }
  }

  private RuleIndex index(Action action) {
    return switch (action) {
      case ALLOW -> allows;
      case DENY -> denies;
    };
  }

  /// Of two rules that cover each other, the later one is without effect.
  private Optional<List<ReviewedRule>> coveredByOne(ReviewedRule rule) {
    return covering(rule, index(rule.action()))
        .filter(other -> other.ordinal() < rule.ordinal() || !covers(rule, other))
        .findFirst()
        .map(List::of);
  }

  private Stream<ReviewedRule> covering(ReviewedRule rule, RuleIndex index) {
    return candidates(rule, Atoms.first(rule.condition()), index)
        .filter(other -> implication.holds(rule.condition(), other.condition()));
  }

  private boolean covers(ReviewedRule rule, ReviewedRule other) {
    return scopes.isWithin(other.policy().scope(), rule.policy().scope())
        && implication.holds(other.condition(), rule.condition());
  }

  /// The rules that together match whatever a rule matches: one for all or one for each of its
  /// alternatives.
  private Optional<List<ReviewedRule>> coveredBy(ReviewedRule rule, RuleIndex index) {
    Optional<ReviewedRule> one = covering(rule, index).findFirst();
    return one.isPresent()
        ? one.map(List::of)
        : Atoms.of(rule.condition(), ALTERNATIVES).flatMap(atoms -> coveredBy(rule, atoms, index));
  }

  private Optional<List<ReviewedRule>> coveredBy(
      ReviewedRule rule, List<AllOf> atoms, RuleIndex index) {
    var covers = new LinkedHashSet<ReviewedRule>();
    for (AllOf atom : atoms) {
      Optional<ReviewedRule> cover =
          candidates(rule, atom, index)
              .filter(other -> implication.holds(atom, other.condition()))
              .findFirst();
      if (cover.isEmpty()) {
        return Optional.empty();
      }
      covers.add(cover.get());
    }
    return Optional.of(
        covers.stream().sorted(Comparator.comparingInt(ReviewedRule::ordinal)).toList());
  }

  private Stream<ReviewedRule> candidates(ReviewedRule rule, AllOf atom, RuleIndex index) {
    return index.near(scopes.place(rule.policy().scope()), atom).stream()
        .filter(other -> other.ordinal() != rule.ordinal() && !without.contains(other))
        .filter(other -> scopes.isWithin(rule.policy().scope(), other.policy().scope()));
  }

  private void reportOverruled(ReviewedRule rule, List<ReviewedRule> denies) {
    without.add(rule);
    var text =
        new Text(
            "rule "
                + number(rule)
                + " never admits anything: all it matches is denied by "
                + names(rule, denies),
            "DENY comes before ALLOW, in whatever policy and order they are written",
            "exempt these requests in the DENY rule, or remove this one");
    problems.report(
        Code.ALLOW_OVERRULED,
        rule.rule().span(),
        rule.metadata().resource(),
        witnesses.refused(rule).map(text::shownBy).orElse(text));
  }

  private void reportRedundant(ReviewedRule rule, List<ReviewedRule> covers) {
    without.add(rule);
    boolean isAllow = rule.action() == Action.ALLOW;
    problems.report(
        Code.REDUNDANT_RULE,
        rule.rule().span(),
        rule.metadata().resource(),
        new Text(
            "rule "
                + number(rule)
                + (isAllow ? " admits nothing beyond " : " denies nothing beyond ")
                + names(rule, covers),
            isAllow
                ? "ALLOW rules add up: a narrower one never restricts what a broader one admits"
                : "a rule without effect hides which one protects the workloads",
            isAllow
                ? "if a restriction was meant, narrow the broader rule; otherwise remove this one"
                : "remove it, or narrow the broader rule"));
  }

  private static int number(ReviewedRule rule) {
    return rule.rule().index() + 1;
  }

  private static String names(ReviewedRule rule, List<ReviewedRule> covers) {
    List<String> names =
        covers.stream().limit(NAMED).map(cover -> cover.nameFrom(rule.policy())).toList();
    return covers.size() > NAMED
        ? String.join(", ", names) + " and " + (covers.size() - NAMED) + " more"
        : String.join(" and ", names);
  }
}
