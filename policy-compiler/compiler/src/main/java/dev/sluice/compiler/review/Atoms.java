package dev.sluice.compiler.review;

import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Condition.AllOf;
import dev.sluice.engine.policy.Condition.AnyOf;
import dev.sluice.engine.policy.Condition.Not;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A condition taken apart into alternatives without alternatives: any one of them is enough.
final class Atoms {

  private Atoms() {}

  /// The alternatives, each a conjunction of leaves and negations; empty when there are more than
  /// `limit`.
  static Optional<List<AllOf>> of(Condition condition, int limit) {
    return expand(condition, limit).map(atoms -> atoms.stream().map(AllOf::new).toList());
  }

  /// The first alternative, however many there are.
  static AllOf first(Condition condition) {
    var terms = new ArrayList<Condition>();
    collectFirst(condition, terms);
    return new AllOf(terms);
  }

  private static void collectFirst(Condition condition, List<Condition> into) {
    switch (condition) {
      case AllOf(var terms) -> terms.forEach(term -> collectFirst(term, into));
      case AnyOf(var terms) -> {
        if (!terms.isEmpty()) {
          collectFirst(terms.getFirst(), into);
        }
      }
      case Not _, Condition.L4 _, Condition.L7 _ -> into.add(condition);
    }
  }

  private static Optional<List<List<Condition>>> expand(Condition condition, int limit) {
    return switch (condition) {
      case AllOf(var terms) -> product(terms, limit);
      case AnyOf(var terms) -> {
        var all = new ArrayList<List<Condition>>();
        for (Condition term : terms) {
          Optional<List<List<Condition>>> some = expand(term, limit);
          if (some.isEmpty() || all.size() + some.get().size() > limit) {
            yield Optional.empty();
          }
          all.addAll(some.get());
        }
        yield Optional.of(all);
      }
      case Not _, Condition.L4 _, Condition.L7 _ -> Optional.of(List.of(List.of(condition)));
    };
  }

  private static Optional<List<List<Condition>>> product(List<Condition> terms, int limit) {
    List<List<Condition>> all = List.of(List.of());
    for (Condition term : terms) {
      Optional<List<List<Condition>>> some = expand(term, limit);
      if (some.isEmpty() || (long) all.size() * some.get().size() > limit) {
        return Optional.empty();
      }
      var longer = new ArrayList<List<Condition>>();
      for (List<Condition> start : all) {
        for (List<Condition> end : some.get()) {
          var both = new ArrayList<>(start);
          both.addAll(end);
          longer.add(both);
        }
      }
      all = longer;
    }
    return Optional.of(all);
  }
}
