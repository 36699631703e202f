package dev.sluice.compiler.compare;

import java.util.List;

/// Where a way starts, as far as decisions depend on it.
sealed interface Entry {

  /// At the pod, at any port; `known` are those it listens on.
  record AtPod(List<Integer> known) implements Entry {
    public AtPod {
      known = List.copyOf(known);
    }
  }

  /// At a Service port, by its DNS name.
  record AtService(int port, String host, Judging.View view) implements Entry {}
}
