package dev.sluice.engine.index;

import dev.sluice.engine.policy.PortSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// A value per port: some for named ports, one for all others.
final class PortTable<T> {

  /// Stands for a port that nothing names.
  private static final int UNNAMED = -1;

  private final int[] ports;
  private final List<Entry<T>> values;
  private final @Nullable T otherwise;

  private PortTable(int[] ports, List<Entry<T>> values, @Nullable T otherwise) {
    this.ports = ports;
    this.values = values;
    this.otherwise = otherwise;
  }

  private record Entry<T>(@Nullable T value) {}

  /// Asks `value` for every named port, and once for the rest with a port that is none.
  static <T> PortTable<T> of(SortedSet<Integer> named, IntFunction<? extends @Nullable T> value) {
    int[] ports = named.stream().mapToInt(Integer::intValue).toArray();
    var values = new ArrayList<Entry<T>>();
    for (int port : ports) {
      values.add(new Entry<>(value.apply(port)));
    }
    return new PortTable<>(ports, List.copyOf(values), value.apply(UNNAMED));
  }

  static SortedSet<Integer> named(Collection<PortSet> sets) {
    var named = new TreeSet<Integer>();
    for (PortSet set : sets) {
      switch (set) {
        case PortSet.AllExcept(var ports) -> named.addAll(ports);
        case PortSet.Ports(var ports) -> named.addAll(ports);
      }
    }
    return named;
  }

  @Nullable T at(int port) {
    int index = Arrays.binarySearch(ports, port);
    return index < 0 ? otherwise : values.get(index).value();
  }
}
