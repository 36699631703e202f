package dev.sluice.runtime.telemetry;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// The series of a metric, at most a fixed number of them: label values that come later share one
/// series whose labels all say `overflow`.
///
/// @param <D> what is counted or observed in one series
final class BoundedSeries<D> {

  static final String OVERFLOW = "overflow";

  private final Function<String[], D> create;
  private final int labels;
  private final int most;
  private final ConcurrentHashMap<List<String>, D> series = new ConcurrentHashMap<>();
  private final AtomicInteger taken = new AtomicInteger();

  /// @param create makes or finds the series of these label values
  BoundedSeries(int labels, int most, Function<String[], D> create) {
    this.labels = labels;
    this.most = most;
    this.create = create;
  }

  /// The series of these label values, in the order of the labels.
  D at(String... values) {
    List<String> key = List.of(values);
    D known = series.get(key);
    if (known != null) {
      return known;
    }
    if (taken.get() >= most || taken.incrementAndGet() > most) {
      // Made on the first overflow: a series that is always 0 would be noise.
      return create.apply(Collections.nCopies(labels, OVERFLOW).toArray(String[]::new));
    }
    // Two threads with the same new labels take two places; the bound holds all the same.
    return series.computeIfAbsent(key, fresh -> create.apply(fresh.toArray(String[]::new)));
  }
}
