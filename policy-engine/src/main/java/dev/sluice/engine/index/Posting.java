package dev.sluice.engine.index;

import java.util.Collection;

/// Positions of rules in ascending order.
final class Posting {

  static final Posting EMPTY = new Posting(new int[0]);

  private final int[] positions;

  private Posting(int[] positions) {
    this.positions = positions;
  }

  static Posting of(Collection<Integer> positions) {
    return new Posting(
        positions.stream().mapToInt(Integer::intValue).sorted().distinct().toArray());
  }

  int size() {
    return positions.length;
  }

  int at(int index) {
    return positions[index];
  }
}
