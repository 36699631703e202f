package dev.sluice.engine.index;

import java.util.List;

/// Where a rule must be filed so that it is found whenever it may hold.
sealed interface Cover {

  /// Traffic that satisfies the rule has one of these keys; none means it never holds.
  record Keys(List<Key> keys) implements Cover {
    public Keys {
      keys = List.copyOf(keys);
    }
  }

  /// Any traffic may satisfy the rule.
  record Anything() implements Cover {}
}
