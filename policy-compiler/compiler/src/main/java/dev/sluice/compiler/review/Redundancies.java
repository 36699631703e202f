package dev.sluice.compiler.review;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Condition.AllOf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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
  private final Diagnostics problems;
  private final @Nullable Redundancies wider;
  private final RuleIndex allows;
  private final RuleIndex denies;
  private final Map<ReviewedRule, Pass> without = new HashMap<>();
  private final List<Overruled> overruled = new ArrayList<>();
  private Pass pass = Pass.OVERRULED;

  /// What is looked for, in this order.
  private enum Pass {
    OVERRULED,
    COVERED_BY_ONE,
    COVERED_BY_SEVERAL
  }

  private Redundancies(
      ScopeOrder scopes, @Nullable Redundancies wider, Implication implication, Diagnostics to) {
    this.implication = implication;
    this.scopes = scopes;
    this.problems = to;
    this.wider = wider;
    allows = new RuleIndex(wider == null ? null : wider.allows);
    denies = new RuleIndex(wider == null ? null : wider.denies);
  }

  /// Among the rules that may concern several namespaces.
  static Redundancies ofWide(ScopeOrder scopes, Implication implication, Diagnostics problems) {
    return new Redundancies(scopes, null, implication, problems);
  }

  /// Among the rules of one namespace and these, which have been reported.
  Redundancies inFront(Implication own, Diagnostics to) {
    return new Redundancies(scopes, this, own, to);
  }

  /// Reports every rule that changes nothing but the overruled ones; rules that never match are to
  /// be left out.
  void report(List<ReviewedRule> rules) {
    rules.forEach(rule -> index(rule.action()).add(rule));
    var subjects = new ArrayList<Subject>(rules.size());
    rules.forEach(rule -> subjects.add(subject(rule)));
    for (Subject subject : subjects) {
      if (subject.rule().action() == Action.ALLOW) {
        overruling(subject).ifPresent(by -> addOverruled(subject.rule(), by));
      }
    }
    pass = Pass.COVERED_BY_ONE;
    for (Subject subject : subjects) {
      if (!without.containsKey(subject.rule())) {
        coveredByOne(subject).ifPresent(cover -> reportRedundant(subject.rule(), cover));
      }
    }
    // what one rule makes redundant must not count towards making that rule redundant
    pass = Pass.COVERED_BY_SEVERAL;
    for (Subject subject : subjects) {
      if (!without.containsKey(subject.rule())) {
        coveredBySeveral(subject, subject.peers(), index(subject.rule().action()))
            .ifPresent(covers -> reportRedundant(subject.rule(), covers));
      }
    }
  }

  /// The ALLOW rules that DENY rules eat, to be reported when it is known which of all get a
  /// witness.
  List<Overruled> overruled() {
    return overruled;
  }

  /// A rule that is compared, what it is looked up by, and the rules of its action that may cover
  /// its first alternative.
  private record Subject(
      ReviewedRule rule,
      List<Object> scopes,
      AllOf first,
      Set<Condition> values,
      List<ReviewedRule> peers) {}

  private Subject subject(ReviewedRule rule) {
    List<Object> keys = ScopeIndex.keysNear(scopes.place(rule.policy().scope()));
    AllOf first = Atoms.first(rule.condition());
    Set<Condition> values = RuleIndex.values(first);
    return new Subject(rule, keys, first, values, near(rule, keys, values, index(rule.action())));
  }

  private List<ReviewedRule> near(
      ReviewedRule rule, List<Object> keys, Set<Condition> values, RuleIndex index) {
    List<ReviewedRule> near = index.near(keys, values);
    // most rules are near to nothing but themselves
    if (near.isEmpty() || (near.size() == 1 && near.getFirst().equals(rule))) {
      return List.of();
    }
    var others = new ArrayList<ReviewedRule>(near.size());
    for (ReviewedRule other : near) {
      if (!other.equals(rule) && scopes.isWithin(rule.policy().scope(), other.policy().scope())) {
        others.add(other);
      }
    }
    return others;
  }

  private RuleIndex index(Action action) {
    return switch (action) {
      case ALLOW -> allows;
      case DENY -> denies;
    };
  }

  /// Whether a rule was found to be without effect before `rule` came to be looked at.
  private boolean isWithout(ReviewedRule other, ReviewedRule rule) {
    Pass found = without.get(other);
    if (found == null) {
      found = wider == null ? null : wider.without.get(other);
    }
    return found != null
        && (found.compareTo(pass) < 0 || (found == pass && other.compareTo(rule) < 0));
  }

  /// Of two rules that cover each other, the later one is without effect.
  private Optional<List<ReviewedRule>> coveredByOne(Subject subject) {
    ReviewedRule rule = subject.rule();
    for (ReviewedRule other : subject.peers()) {
      if (isCovering(other, rule) && (other.compareTo(rule) < 0 || !covers(rule, other))) {
        return Optional.of(List.of(other));
      }
    }
    return Optional.empty();
  }

  private boolean isCovering(ReviewedRule other, ReviewedRule rule) {
    return !isWithout(other, rule) && implication.holds(rule.condition(), other.condition());
  }

  private boolean covers(ReviewedRule rule, ReviewedRule other) {
    return scopes.isWithin(other.policy().scope(), rule.policy().scope())
        && implication.holds(other.condition(), rule.condition());
  }

  /// The DENY rules that together match whatever an ALLOW rule matches.
  private Optional<List<ReviewedRule>> overruling(Subject subject) {
    ReviewedRule rule = subject.rule();
    List<ReviewedRule> near = near(rule, subject.scopes(), subject.values(), denies);
    for (ReviewedRule deny : near) {
      if (isCovering(deny, rule)) {
        return Optional.of(List.of(deny));
      }
    }
    return coveredBySeveral(subject, near, denies);
  }

  /// One rule for each alternative; `near` are those of the first.
  private Optional<List<ReviewedRule>> coveredBySeveral(
      Subject subject, List<ReviewedRule> near, RuleIndex index) {
    // most rules differ from all others already in their first alternative
    for (ReviewedRule other : near) {
      if (mayCover(subject.first(), other, subject.rule())) {
        return Atoms.of(subject.rule().condition(), ALTERNATIVES)
            .flatMap(atoms -> coveredEach(subject, atoms, index));
      }
    }
    return Optional.empty();
  }

  private Optional<List<ReviewedRule>> coveredEach(
      Subject subject, List<AllOf> atoms, RuleIndex index) {
    var covers = new TreeSet<ReviewedRule>();
    for (AllOf atom : atoms) {
      Optional<ReviewedRule> cover =
          near(subject.rule(), subject.scopes(), RuleIndex.values(atom), index).stream()
              .filter(other -> mayCover(atom, other, subject.rule()))
              .findFirst();
      if (cover.isEmpty()) {
        return Optional.empty();
      }
      covers.add(cover.get());
    }
    return Optional.of(List.copyOf(covers));
  }

  private boolean mayCover(AllOf atom, ReviewedRule other, ReviewedRule rule) {
    return !isWithout(other, rule) && implication.holds(atom, other.condition());
  }

  private void addOverruled(ReviewedRule rule, List<ReviewedRule> denies) {
    without.put(rule, pass);
    overruled.add(
        new Overruled(
            rule,
            new Text(
                "rule "
                    + number(rule)
                    + " never admits anything: all it matches is denied by "
                    + names(rule, denies),
                "DENY comes before ALLOW, in whatever policy and order they are written",
                "exempt these requests in the DENY rule, or remove this one")));
  }

  private void reportRedundant(ReviewedRule rule, List<ReviewedRule> covers) {
    without.put(rule, pass);
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
