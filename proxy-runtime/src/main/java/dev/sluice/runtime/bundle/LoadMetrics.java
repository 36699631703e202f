package dev.sluice.runtime.bundle;

import dev.sluice.runtime.telemetry.BoundedCounter;
import dev.sluice.runtime.telemetry.MeshMetrics;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.time.Instant;
import java.util.function.ToDoubleFunction;

/// The metrics of bundle loading.
final class LoadMetrics {

  private static final int MOST_REASONS = 100;

  private final BoundedCounter loads;
  private final Histogram duration;

  LoadMetrics(MeshMetrics metrics, LivePolicy policy) {
    loads =
        metrics.counter(
            "sluice_bundle_loads",
            "Attempts to load a bundle, by result and reason",
            MOST_REASONS,
            "result",
            "reason");
    duration =
        Histogram.builder()
            .name("sluice_bundle_load_duration_seconds")
            .help("Time from the look at a bundle to the end of the attempt")
            .classicUpperBounds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
            .classicOnly()
            .register(metrics.registry());
    metrics.gauge(
        "sluice_bundle_active_sequence",
        "Sequence of the bundle that is enforced",
        () -> fact(policy, facts -> facts.sequence()));
    metrics.gauge(
        "sluice_bundle_age_seconds",
        "Time since the bundle that is enforced was issued",
        () -> fact(policy, facts -> Duration.between(facts.issuedAt(), Instant.now()).toSeconds()));
  }

  private static double fact(LivePolicy policy, ToDoubleFunction<BundleFacts> value) {
    return policy.current().facts().map(value::applyAsDouble).orElse(Double.NaN);
  }

  void count(LoadAttempt attempt, Duration took) {
    loads.at(attempt.result().text(), attempt.reason()).inc();
    duration.observe(took.toNanos() / 1e9);
  }
}
