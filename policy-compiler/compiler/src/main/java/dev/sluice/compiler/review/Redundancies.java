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
    List<Subject> subjects = rules.stream().map(this::subject).toList();
    for (Subject subject : subjects) {
      if (subject.rule().action() == Action.ALLOW) {
        overruling(subject).ifPresent(by -> reportOverruled(subject.rule(), by));
      }
    }
    for (Subject subject : subjects) {
      if (!without.contains(subject.rule())) {
        coveredByOne(subject).ifPresent(cover -> reportRedundant(subject.rule(), cover));
      }
    }
    // what one rule makes redundant must not count towards making that rule redundant
    for (Subject subject : subjects) {
      if (!without.contains(subject.rule())) {
        coveredBySeveral(subject, subject.peers(), index(subject.rule().action()))
            .ifPresent(covers -> reportRedundant(subject.rule(), covers));
      }
    }
  }

  /// A rule that is compared, what it is looked up by, and the rules of its action that may cover
  /// its first alternative.
  private record Subject(
      ReviewedRule rule, List<Object> scopes, AllOf first, List<ReviewedRule> peers) {}

  private Subject subject(ReviewedRule rule) {
    List<Object> keys = ScopeIndex.keysNear(scopes.place(rule.policy().scope()));
    AllOf first = Atoms.first(rule.condition());
    return new Subject(rule, keys, first, near(rule, keys, first, index(rule.action())));
  }

  private List<ReviewedRule> near(
      ReviewedRule rule, List<Object> keys, AllOf atom, RuleIndex index) {
    List<ReviewedRule> near = index.near(keys, atom);
    // most rules are near to nothing but themselves
    if (near.size() == 1 && near.getFirst().equals(rule)) {
      return List.of();
    }
    return near.stream()
        .filter(other -> !other.equals(rule))
        .filter(other -> scopes.isWithin(rule.policy().scope(), other.policy().scope()))
        .toList();
  }

  private RuleIndex index(Action action) {
    return switch (action) {
      case ALLOW -> allows;
      case DENY -> denies;
    };
  }

  /// Of two rules that cover each other, the later one is without effect.
  private Optional<List<ReviewedRule>> coveredByOne(Subject subject) {
    ReviewedRule rule = subject.rule();
    return covering(rule, subject.peers())
        .filter(other -> other.ordinal() < rule.ordinal() || !covers(rule, other))
        .findFirst()
        .map(List::of);
  }

  private Stream<ReviewedRule> covering(ReviewedRule rule, List<ReviewedRule> near) {
    return near.stream()
        .filter(other -> !without.contains(other))
        .filter(other -> implication.holds(rule.condition(), other.condition()));
  }

  private boolean covers(ReviewedRule rule, ReviewedRule other) {
    return scopes.isWithin(other.policy().scope(), rule.policy().scope())
        && implication.holds(other.condition(), rule.condition());
  }

  /// The DENY rules that together match whatever an ALLOW rule matches.
  private Optional<List<ReviewedRule>> overruling(Subject subject) {
    List<ReviewedRule> near = near(subject.rule(), subject.scopes(), subject.first(), denies);
    Optional<ReviewedRule> one = covering(subject.rule(), near).findFirst();
    return one.isPresent() ? one.map(List::of) : coveredBySeveral(subject, near, denies);
  }

  /// One rule for each alternative; `near` are those of the first.
  private Optional<List<ReviewedRule>> coveredBySeveral(
      Subject subject, List<ReviewedRule> near, RuleIndex index) {
    // most rules differ from all others already in their first alternative
    boolean isHopeless = near.stream().noneMatch(other -> mayCover(subject.first(), other));
    return isHopeless
        ? Optional.empty()
        : Atoms.of(subject.rule().condition(), ALTERNATIVES)
            .flatMap(atoms -> coveredEach(subject, atoms, index));
  }

  private Optional<List<ReviewedRule>> coveredEach(
      Subject subject, List<AllOf> atoms, RuleIndex index) {
    var covers = new LinkedHashSet<ReviewedRule>();
    for (AllOf atom : atoms) {
      Optional<ReviewedRule> cover =
          near(subject.rule(), subject.scopes(), atom, index).stream()
              .filter(other -> mayCover(atom, other))
              .findFirst();
      if (cover.isEmpty()) {
        return Optional.empty();
      }
      covers.add(cover.get());
    }
    return Optional.of(
        covers.stream().sorted(Comparator.comparingInt(ReviewedRule::ordinal)).toList());
  }

  private boolean mayCover(AllOf atom, ReviewedRule other) {
    return !without.contains(other) && implication.holds(atom, other.condition());
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
