package dev.sluice.engine.policy;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// A set of TCP ports: all of them, or the listed ones (possibly none).
public sealed interface PortSet {

  /// Every port.
  record All() implements PortSet {}

  /// Exactly these ports, each 0 to 65535.
  record Ports(SortedSet<Integer> ports) implements PortSet {
    public Ports {
      ports = Collections.unmodifiableSortedSet(new TreeSet<>(ports));
    }
  }

  /// Every port.
  static PortSet all() {
    return new All();
  }

  /// No port.
  static PortSet none() {
    return new Ports(new TreeSet<>());
  }

  static PortSet of(Iterable<Integer> ports) {
    var sorted = new TreeSet<Integer>();
    ports.forEach(sorted::add);
    return new Ports(sorted);
  }

  default boolean contains(int port) {
    return switch (this) {
      case All() -> true;
      case Ports(var ports) -> ports.contains(port);
    };
  }

  default boolean isEmpty() {
    return switch (this) {
      case All() -> false;
      case Ports(var ports) -> ports.isEmpty();
    };
  }

  default PortSet union(PortSet other) {
    if (this instanceof Ports(var mine) && other instanceof Ports(var theirs)) {
      var both = new TreeSet<>(mine);
      both.addAll(theirs);
      return new Ports(both);
    }
    return all();
  }
}
