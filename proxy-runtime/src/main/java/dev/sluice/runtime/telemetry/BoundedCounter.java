package dev.sluice.runtime.telemetry;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A counter with at most a fixed number of series: label values that come later are counted in one
/// series whose labels all say `overflow`.
public final class BoundedCounter {

  static final String OVERFLOW = "overflow";

  private final Counter counter;
  private final int mostSeries;
  private final CounterDataPoint overflow;
  private final ConcurrentHashMap<List<String>, CounterDataPoint> series =
      new ConcurrentHashMap<>();
  private final AtomicInteger taken = new AtomicInteger();

  private BoundedCounter(Counter counter, int labels, int mostSeries) {
    this.counter = counter;
    this.mostSeries = mostSeries;
    // Only touched on overflow: a series that is always 0 would be noise.
    this.overflow = new Lazy(counter, Collections.nCopies(labels, OVERFLOW));
  }

  /// Registers a counter; its exposed name gets `_total`.
  static BoundedCounter register(
      PrometheusRegistry registry, String name, String help, int mostSeries, String... labels) {
    var counter = Counter.builder().name(name).help(help).labelNames(labels).register(registry);
    return new BoundedCounter(counter, labels.length, mostSeries);
  }

  /// The series of these label values, in the order of the labels.
  public CounterDataPoint at(String... values) {
    List<String> key = List.of(values);
    CounterDataPoint known = series.get(key);
    if (known != null) {
      return known;
    }
    return taken.get() >= mostSeries ? overflow : series.computeIfAbsent(key, this::create);
  }

  private CounterDataPoint create(List<String> values) {
    taken.incrementAndGet();
    return counter.labelValues(values.toArray(String[]::new));
  }

  private record Lazy(Counter counter, List<String> values) implements CounterDataPoint {
    private CounterDataPoint point() {
      return counter.labelValues(values.toArray(String[]::new));
    }

    @Override
    public void inc(double amount) {
      point().inc(amount);
    }

    @Override
    public void inc(long amount) {
      point().inc(amount);
    }

    @Override
    public void incWithExemplar(double amount, Labels labels) {
      point().incWithExemplar(amount, labels);
    }

    @Override
    public double get() {
      return point().get();
    }

    @Override
    public long getLongValue() {
      return point().getLongValue();
    }
  }
}
