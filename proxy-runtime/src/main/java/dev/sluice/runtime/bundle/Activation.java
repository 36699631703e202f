package dev.sluice.runtime.bundle;

import dev.sluice.engine.policy.Destination;
import java.util.Collection;

/// What a proxy does around the swap of its policy.
public interface Activation {

  /// The destinations to index before the swap, so that no connection waits for it.
  Collection<Destination> enrolled();

  /// Checks the live connections by the new policy; the swap has happened.
  void activated(PolicySnapshot snapshot);
}
