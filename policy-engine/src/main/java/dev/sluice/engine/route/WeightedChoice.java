package dev.sluice.engine.route;

import dev.sluice.engine.route.HttpRoute.Backend;
import java.util.List;
import java.util.Optional;

/// Chooses a backend in proportion to the weights.
public final class WeightedChoice {

  private WeightedChoice() {}

  /// The backend that a uniformly random number selects; empty when there is none with a weight.
  ///
  /// An unresolved backend is chosen like any other: its share of the requests fails.
  public static Optional<Backend> pick(List<Backend> backends, long random) {
    long sum = 0;
    for (Backend backend : backends) {
      sum += backend.weight();
    }
    if (sum == 0) {
      return Optional.empty();
    }
    long point = Long.remainderUnsigned(random, sum);
    for (Backend backend : backends) {
      if (point < backend.weight()) {
        return Optional.of(backend);
      }
      point -= backend.weight();
    }
    throw new IllegalStateException("a point beyond the sum of weights");
  }
}
