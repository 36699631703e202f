package dev.sluice.compiler.review;

import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Condition.AllOf;
import dev.sluice.engine.policy.Condition.AnyOf;
import dev.sluice.engine.policy.Condition.Not;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// What follows from a condition by its form alone.
///
/// A positive answer is certain. A negative one means that it does not show, so a finding that
/// rests on this is never wrong and sometimes missing. Confined to the thread that compiles.
final class Implication {

  /// Longer lists are looked up by hash before they are walked.
  private static final int WALKED = 16;

  private final IdentityHashMap<List<Condition>, Set<Condition>> hashed = new IdentityHashMap<>();
  private final IdentityHashMap<Condition, Integer> identityLeaves = new IdentityHashMap<>();

  /// Whether whatever satisfies `premise` satisfies `conclusion`.
  boolean holds(Condition premise, Condition conclusion) {
    if (conclusion instanceof AllOf(var terms)) {
      return holdsEach(premise, terms);
    }
    if (premise instanceof AnyOf(var terms)) {
      return eachHolds(terms, conclusion);
    }
    if (conclusion instanceof AnyOf(var terms) && isAmong(premise, terms)) {
      return true;
    }
    if (premise instanceof AllOf(var terms) && anyHolds(terms, conclusion)) {
      return true;
    }
    return switch (conclusion) {
      case AllOf _, AnyOf _ -> false;
      case Not(var term) -> excludes(premise, term);
      case Condition.L4 leaf -> holdsLeaf(premise, leaf);
      case Condition.L7 leaf -> isLeaf(premise) && Leaves.implies(premise, leaf);
    };
  }

  // plain loops: this is asked of most pairs of rules that lie near each other

  private boolean holdsEach(Condition premise, List<Condition> conclusions) {
    for (Condition conclusion : conclusions) {
      if (!holds(premise, conclusion)) {
        return false;
      }
    }
    return true;
  }

  private boolean eachHolds(List<Condition> premises, Condition conclusion) {
    for (Condition premise : premises) {
      if (!holds(premise, conclusion)) {
        return false;
      }
    }
    return true;
  }

  private boolean anyHolds(List<Condition> premises, Condition conclusion) {
    for (Condition premise : premises) {
      if (holds(premise, conclusion)) {
        return true;
      }
    }
    return false;
  }

  private boolean isAmong(Condition premise, List<Condition> terms) {
    if (terms.size() > WALKED
        && hashed.computeIfAbsent(terms, list -> new HashSet<>(list)).contains(premise)) {
      return true;
    }
    for (Condition term : terms) {
      if (holds(premise, term)) {
        return true;
      }
    }
    return false;
  }

  private boolean holdsLeaf(Condition premise, Condition.L4 leaf) {
    if (isLeaf(premise)) {
      return Leaves.implies(premise, leaf);
    }
    // `namespaces: [foo]` is as much as `principals: [td/ns/foo/*]`, but says it in two parts
    return leaf instanceof Condition.Principal
        && premise instanceof AllOf
        && identityLeaves(premise) > 1
        && Identity.of(leaf)
            .filter(Identity::isWhole)
            .flatMap(Identity::parts)
            .filter(parts -> !parts.isEmpty())
            .map(parts -> holds(premise, new AllOf(parts)))
            .orElse(false);
  }

  /// How many leaves of one alternative speak of the peer's identity, at most; what a single leaf
  /// implies shows without taking identities apart.
  private int identityLeaves(Condition condition) {
    return switch (condition) {
      case AllOf(var terms) -> {
        Integer known = identityLeaves.get(condition);
        if (known == null) {
          known = 0;
          for (Condition term : terms) {
            known += identityLeaves(term);
          }
          identityLeaves.put(condition, known);
        }
        yield known;
      }
      case AnyOf(var terms) -> {
        int most = 0;
        for (Condition term : terms) {
          most = Math.max(most, identityLeaves(term));
        }
        yield most;
      }
      case Not _, Condition.L7 _ -> 0;
      case Condition.L4 leaf -> Identity.isAsked(leaf) ? 1 : 0;
    };
  }

  /// Whether nothing satisfies both.
  boolean excludes(Condition one, Condition other) {
    if (one instanceof AnyOf(var terms)) {
      return eachExcludes(terms, other);
    }
    if (other instanceof AnyOf(var terms)) {
      return eachExcludes(terms, one);
    }
    if (one instanceof AllOf(var terms) && anyExcludes(terms, other)) {
      return true;
    }
    if (other instanceof AllOf(var terms) && anyExcludes(terms, one)) {
      return true;
    }
    if (one instanceof Not(var term) && holds(other, term)) {
      return true;
    }
    if (other instanceof Not(var term) && holds(one, term)) {
      return true;
    }
    return isLeaf(one) && isLeaf(other) && Leaves.excludes(one, other);
  }

  private boolean eachExcludes(List<Condition> terms, Condition other) {
    for (Condition term : terms) {
      if (!excludes(term, other)) {
        return false;
      }
    }
    return true;
  }

  private boolean anyExcludes(List<Condition> terms, Condition other) {
    for (Condition term : terms) {
      if (excludes(term, other)) {
        return true;
      }
    }
    return false;
  }

  /// Whether nothing satisfies a condition.
  boolean isNever(Condition condition) {
    return switch (condition) {
      case AnyOf(var terms) -> terms.stream().allMatch(this::isNever);
      case AllOf(var terms) -> terms.stream().anyMatch(this::isNever) || isContradiction(terms);
      case Not _, Condition.L4 _, Condition.L7 _ -> false;
    };
  }

  private boolean isContradiction(List<Condition> terms) {
    for (int i = 0; i < terms.size(); i++) {
      for (int j = i + 1; j < terms.size(); j++) {
        if (excludes(terms.get(i), terms.get(j))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isLeaf(Condition condition) {
    return switch (condition) {
      case AllOf _, AnyOf _, Not _ -> false;
      case Condition.L4 _, Condition.L7 _ -> true;
    };
  }
}
