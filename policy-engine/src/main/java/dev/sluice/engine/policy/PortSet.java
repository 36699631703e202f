package dev.sluice.engine.policy;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// A set of TCP ports: the listed ones (possibly none), or all but the listed ones.
public sealed interface PortSet {

  /// Every port but these.
  record AllExcept(SortedSet<Integer> ports) implements PortSet {
    public AllExcept {
      ports = Collections.unmodifiableSortedSet(new TreeSet<>(ports));
    }
  }

  /// Exactly these ports, each 0 to 65535.
  record Ports(SortedSet<Integer> ports) implements PortSet {
    public Ports {
      ports = Collections.unmodifiableSortedSet(new TreeSet<>(ports));
    }
  }

  /// Every port.
  static PortSet all() {
    return new AllExcept(new TreeSet<>());
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

  static PortSet allExcept(Iterable<Integer> ports) {
    var sorted = new TreeSet<Integer>();
    ports.forEach(sorted::add);
    return new AllExcept(sorted);
  }

  default boolean contains(int port) {
    return switch (this) {
      case AllExcept(var ports) -> !ports.contains(port);
      case Ports(var ports) -> ports.contains(port);
    };
  }

  default boolean isEmpty() {
    return switch (this) {
      case AllExcept _ -> false;
      case Ports(var ports) -> ports.isEmpty();
    };
  }

  default PortSet union(PortSet other) {
    return switch (this) {
      case Ports(var mine) ->
          switch (other) {
            case Ports(var theirs) -> {
              var both = new TreeSet<>(mine);
              both.addAll(theirs);
              yield new Ports(both);
            }
            case AllExcept _ -> other.union(this);
          };
      case AllExcept(var mine) -> {
        var open = new TreeSet<>(mine);
        open.removeIf(other::contains);
        yield new AllExcept(open);
      }
    };
  }
}
