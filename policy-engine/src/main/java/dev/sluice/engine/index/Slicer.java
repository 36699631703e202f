package dev.sluice.engine.index;

import dev.sluice.engine.policy.Condition;
import java.util.List;

/// Finds the cover of a condition.
@FunctionalInterface
interface Slicer {

  Cover cover(Condition condition);

  /// What is decided: on a connection every L7 leaf is unknown, so it narrows nothing.
  enum Layer {
    CONNECTION,
    REQUEST
  }

  /// Makes a slicer for rules that are indexed together.
  @FunctionalInterface
  interface Factory {
    Slicer of(List<Condition> rules, Layer layer);
  }
}
