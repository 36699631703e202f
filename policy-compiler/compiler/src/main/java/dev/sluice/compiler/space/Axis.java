package dev.sluice.compiler.space;

import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Evaluation;
import dev.sluice.engine.policy.HttpRequest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/// One thing that conditions look at, its values divided into cells that no leaf tells apart.
///
/// Which leaf holds in which cell is asked of the engine, with one example value of the cell. The
/// examples come in the order in which people would choose them.
final class Axis<V> {
  private final Aspect aspect;
  private final List<Condition> leaves;
  private final Predicate<HttpRequest> mark;
  private final BiFunction<Point, V, Point> place;
  private final List<V> examples = new ArrayList<>();
  private final Map<BitSet, Integer> cells = new HashMap<>();
  private final Map<Condition, BitSet> holds = new LinkedHashMap<>();

  private Axis(Plan<V> plan) {
    this.aspect = plan.aspect;
    this.leaves = List.copyOf(plan.leaves);
    this.mark = plan.mark;
    this.place = plan.place;
  }

  /// What an axis is made from: `place` puts a value into a point; values on which `mark` differs
  /// get different cells even where no leaf tells them apart.
  record Plan<V>(
      Aspect aspect,
      Collection<? extends Condition> leaves,
      BiFunction<Point, V, Point> place,
      Predicate<HttpRequest> mark) {

    static <V> Plan<V> of(
        Aspect aspect, Collection<? extends Condition> leaves, BiFunction<Point, V, Point> place) {
      return new Plan<>(aspect, leaves, place, _ -> false);
    }
  }

  /// Divides by what the candidates show; each combination of answers must be among them.
  static <V> Axis<V> of(Plan<V> plan, Collection<V> candidates, Effort effort) {
    var axis = new Axis<>(plan);
    axis.leaves.forEach(leaf -> axis.holds.put(leaf, new BitSet()));
    for (V candidate : candidates) {
      effort.spend(1L + axis.leaves.size());
      BitSet answers = axis.answers(plan.place.apply(basis(), candidate).request());
      if (axis.cells.putIfAbsent(answers, axis.examples.size()) == null) {
        int cell = axis.examples.size();
        axis.examples.add(candidate);
        for (int i = 0; i < axis.leaves.size(); i++) {
          if (answers.get(i)) {
            axis.holds.computeIfAbsent(axis.leaves.get(i), _ -> new BitSet()).set(cell);
          }
        }
      }
    }
    return axis;
  }

  private static Point basis() {
    return Point.usual().withToken(Point.Token.VALID);
  }

  private BitSet answers(HttpRequest request) {
    var answers = new BitSet();
    for (int i = 0; i < leaves.size(); i++) {
      answers.set(i, Evaluation.matches(leaves.get(i), request));
    }
    answers.set(leaves.size(), mark.test(request));
    return answers;
  }

  /// The number of the cell a request lies in.
  ///
  /// @throws IllegalStateException when the candidates were not complete
  int cellOf(HttpRequest request) {
    Integer cell = cells.get(answers(request));
    if (cell == null) {
      throw new IllegalStateException("no cell of " + aspect + " holds " + request);
    }
    return cell;
  }

  Aspect aspect() {
    return aspect;
  }

  int size() {
    return examples.size();
  }

  List<V> examples() {
    return examples;
  }

  Point placed(Point point, int cell) {
    return place.apply(point, examples.get(cell));
  }

  /// The cells in which each leaf holds, by leaf.
  Map<Condition, BitSet> holds() {
    return holds;
  }
}
