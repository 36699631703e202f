package dev.sluice.runtime.telemetry;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// A counter with at most a fixed number of series: label values that come later are counted in one
/// series whose labels all say `overflow`.
public final class BoundedCounter {

  private final BoundedSeries<CounterDataPoint> series;

  private BoundedCounter(BoundedSeries<CounterDataPoint> series) {
    this.series = series;
  }

  /// Registers a counter; its exposed name gets `_total`.
  static BoundedCounter register(
      PrometheusRegistry registry, String name, String help, int mostSeries, String... labels) {
    var counter = Counter.builder().name(name).help(help).labelNames(labels).register(registry);
    return new BoundedCounter(new BoundedSeries<>(labels.length, mostSeries, counter::labelValues));
  }

  /// The series of these label values, in the order of the labels.
  public CounterDataPoint at(String... values) {
    return series.at(values);
  }
}
