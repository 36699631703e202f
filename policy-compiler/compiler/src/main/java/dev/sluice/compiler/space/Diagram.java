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
