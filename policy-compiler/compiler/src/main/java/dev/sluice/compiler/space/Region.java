package dev.sluice.compiler.space;

import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.Peer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// A set of connections or requests of one {@link Space}.
///
/// Two regions are equal exactly when they hold the same requests.
public final class Region {
  private final Space space;
  private final int set;

  Region(Space space, int set) {
    this.space = space;
    this.set = set;
  }

  public Region and(Region other) {
    return space.derived(space.diagram().and(set, other.set));
  }

  public Region or(Region other) {
    return space.derived(space.diagram().or(set, other.set));
  }

  public Region minus(Region other) {
    return space.derived(space.diagram().minus(set, other.set));
  }

  /// The union of all; nothing for none.
  public static Region union(Space space, Collection<Region> regions) {
    return Space.folded(List.copyOf(regions), space.none(), Region::or);
  }

  public boolean isEmpty() {
    return set == Diagram.EMPTY;
  }

  /// Whether everything in this region is in one of the others.
  public boolean isCoveredBy(Collection<Region> others) {
    return minus(union(space, others)).isEmpty();
  }

  public boolean isCoveredBy(Region other) {
    return minus(other).isEmpty();
  }

  /// Whether a request is in this region; it must be one of the space's realm.
  public boolean contains(HttpRequest request) {
    Diagram diagram = space.diagram();
    int here = set;
    while (here > Diagram.FULL) {
      here = diagram.next(here, space.dimensions().get(diagram.axis(here)).cellOf(request));
    }
    return here == Diagram.FULL;
  }

  /// What this region is for traffic to one workload port, as a region that no longer depends on
  /// the port.
  ///
  /// @throws IllegalArgumentException when the port is not in the vocabulary
  public Region atPort(int port) {
    return space.derived(space.diagram().fixed(set, Space.WORKLOAD_PORT, space.cellOfPort(port)));
  }

  /// What this region is for one caller, as a region that no longer depends on the caller.
  public Region ofCaller(Peer peer) {
    int cell = space.peers().cellOf(Point.usual().withPeer(peer).request());
    return space.derived(space.diagram().fixed(set, Space.PEER, cell));
  }

  /// One request of this region, as usual as possible; empty when there is none.
  public Optional<Point> example() {
    if (isEmpty()) {
      return Optional.empty();
    }
    Diagram diagram = space.diagram();
    Point point = Point.usual();
    int here = set;
    for (int axis = 0; axis < space.dimensions().size(); axis++) {
      int cell = 0;
      if (here > Diagram.FULL && diagram.axis(here) == axis) {
        while (diagram.next(here, cell) == Diagram.EMPTY) {
          cell++;
        }
        here = diagram.next(here, cell);
      }
      point = space.dimensions().get(axis).placed(point, cell);
    }
    return Optional.of(point);
  }

  int set() {
    return set;
  }

  Space space() {
    return space;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Region region && space == region.space && set == region.set;
  }

  @Override
  public int hashCode() {
    return set;
  }
}
