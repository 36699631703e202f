package dev.sluice.compiler.space;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Sets of points of a finite product space as reduced ordered decision diagrams.
///
/// A point has one cell number per axis. Two sets are equal if and only if their numbers are.
/// Source: Bryant, "Graph-Based Algorithms for Boolean Function Manipulation", 1986; Srinivasan et
/// al., "Algorithms for Discrete Function Manipulation", 1990.
final class Diagram {
  static final int EMPTY = 0;
  static final int FULL = 1;

  private final int[] sizes;
  private final Effort effort;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Node, Integer> numbers = new HashMap<>();
  private final Map<Pair, Integer> intersections = new HashMap<>();
  private final Map<Integer, Integer> complements = new HashMap<>();

  /// A space whose axis `i` has `sizes[i]` cells.
  Diagram(int[] sizes, Effort effort) {
    this.sizes = sizes.clone();
    this.effort = effort;
    Node terminal = new Node(sizes.length, new int[0]);
    nodes.add(terminal);
    nodes.add(terminal);
  }

  /// One decision: which set of the rest each cell of `axis` leads to.
  @SuppressWarnings("ArrayRecordComponent")
  record Node(int axis, int[] next) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Node(int theirs, int[] ends)
          && axis == theirs
          && Arrays.equals(next, ends);
    }

    @Override
    public int hashCode() {
      return 31 * axis + Arrays.hashCode(next);
    }
  }

  private record Pair(int first, int second) {}

  int axis(int set) {
    return nodes.get(set).axis;
  }

  /// The set that remains when axis {@link #axis} of `set` has this cell.
  int next(int set, int cell) {
    return nodes.get(set).next[cell];
  }

  /// The points whose cell on `axis` is one of `cells`.
  int cells(int axis, BitSet cells) {
    int[] next = new int[sizes[axis]];
    for (int i = 0; i < next.length; i++) {
      next[i] = cells.get(i) ? FULL : EMPTY;
    }
    return number(axis, next);
  }

  int not(int set) {
    if (set <= FULL) {
      return FULL - set;
    }
    Integer known = complements.get(set);
    if (known != null) {
      return known;
    }
    Node node = nodes.get(set);
    int[] next = new int[node.next.length];
    for (int i = 0; i < next.length; i++) {
      next[i] = not(node.next[i]);
    }
    int result = number(node.axis, next);
    complements.put(set, result);
    complements.put(result, set);
    return result;
  }

  int and(int one, int two) {
    if (one == EMPTY || two == EMPTY) {
      return EMPTY;
    }
    if (one == FULL || one == two) {
      return two;
    }
    if (two == FULL) {
      return one;
    }
    var pair = new Pair(Math.min(one, two), Math.max(one, two));
    Integer known = intersections.get(pair);
    if (known != null) {
      return known;
    }
    int axis = Math.min(axis(one), axis(two));
    int[] next = new int[sizes[axis]];
    for (int i = 0; i < next.length; i++) {
      next[i] = and(axis(one) == axis ? next(one, i) : one, axis(two) == axis ? next(two, i) : two);
    }
    int result = number(axis, next);
    intersections.put(pair, result);
    return result;
  }

  int or(int one, int two) {
    return not(and(not(one), not(two)));
  }

  int minus(int one, int two) {
    return and(one, not(two));
  }

  /// The points of `set` with this cell on `axis`, and all that differ from them on it alone.
  int fixed(int set, int axis, int cell) {
    return fixed(set, axis, cell, new HashMap<>());
  }

  private int fixed(int set, int axis, int cell, Map<Integer, Integer> known) {
    if (set <= FULL || axis(set) > axis) {
      return set;
    }
    if (axis(set) == axis) {
      return next(set, cell);
    }
    Integer done = known.get(set);
    if (done != null) {
      return done;
    }
    int[] next = new int[sizes[axis(set)]];
    for (int i = 0; i < next.length; i++) {
      next[i] = fixed(next(set, i), axis, cell, known);
    }
    int result = number(axis(set), next);
    known.put(set, result);
    return result;
  }

  /// A set that equals `set` wherever it counts, that is within `care`, and asks for as little as
  /// possible. Source: Coudert and Madre, "A Unified Framework for the Formal Verification of
  /// Sequential Circuits", 1990.
  int simplified(int set, int care) {
    return simplified(set, care, new HashMap<>());
  }

  private int simplified(int set, int care, Map<Pair, Integer> known) {
    if (set <= FULL || care <= FULL) {
      return set;
    }
    var pair = new Pair(set, care);
    Integer done = known.get(pair);
    if (done != null) {
      return done;
    }
    int result;
    if (axis(care) < axis(set)) {
      int any = EMPTY;
      for (int i = 0; i < sizes[axis(care)]; i++) {
        any = or(any, next(care, i));
      }
      result = simplified(set, any, known);
    } else {
      result = number(axis(set), simplifiedNext(set, care, known));
    }
    known.put(pair, result);
    return result;
  }

  /// Cells that do not count follow one that does.
  private int[] simplifiedNext(int set, int care, Map<Pair, Integer> known) {
    int axis = axis(set);
    int[] next = new int[sizes[axis]];
    int counting = -1;
    for (int i = 0; i < next.length; i++) {
      int here = axis(care) == axis ? next(care, i) : care;
      next[i] = here == EMPTY ? -1 : simplified(next(set, i), here, known);
      counting = here == EMPTY ? counting : next[i];
    }
    for (int i = 0; i < next.length; i++) {
      next[i] = next[i] < 0 ? Math.max(counting, EMPTY) : next[i];
    }
    return next;
  }

  private int number(int axis, int[] next) {
    effort.spend(8L + next.length);
    boolean isDecision = false;
    for (int end : next) {
      isDecision |= end != next[0];
    }
    if (!isDecision) {
      return next[0];
    }
    Node node = new Node(axis, next);
    return numbers.computeIfAbsent(
        node,
        fresh -> {
          nodes.add(fresh);
          return nodes.size() - 1;
        });
  }
}
