package dev.sluice.compiler.compare;

import dev.sluice.compiler.link.Waypoint;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.MtlsRequirement;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// What applies to each destination of one revision; destinations with the same policies share one
/// slice.
final class Slices {
  private final Map<EnforcementPoint, PolicyShard> shards = new HashMap<>();
  private final IdentityHashMap<Object, Integer> numbers = new IdentityHashMap<>();
  private final Map<Place, Slice> byPlace = new HashMap<>();
  private final Map<Parts, Slice> byParts = new HashMap<>();

  Slices(List<PolicyShard> all) {
    for (PolicyShard shard : all) {
      shards.put(shard.point(), shard);
      shard.policies().forEach(this::number);
      shard.requestAuthentications().forEach(this::number);
      shard.guards().forEach(this::number);
    }
  }

  /// One distinct set of policies; equal only to itself.
  static final class Slice {
    private final PolicySet set;

    private Slice(PolicySet set) {
      this.set = set;
    }

    PolicySet set() {
      return set;
    }
  }

  private record Place(EnforcementPoint point, Destination destination) {}

  private record Parts(EnforcementPoint point, List<Integer> numbers, MtlsRequirement mtls) {}

  private int number(Object part) {
    return numbers.computeIfAbsent(part, _ -> numbers.size());
  }

  Slice atZtunnel(Destination destination) {
    return at(new EnforcementPoint.Ztunnel(), destination);
  }

  /// Whether anything is known about what a waypoint decides.
  boolean knows(Waypoint waypoint) {
    return shards.containsKey(new EnforcementPoint.Waypoint(waypoint.namespace(), waypoint.name()));
  }

  Slice atWaypoint(Waypoint waypoint, Destination destination) {
    return at(new EnforcementPoint.Waypoint(waypoint.namespace(), waypoint.name()), destination);
  }

  private Slice at(EnforcementPoint point, Destination destination) {
    return byPlace.computeIfAbsent(new Place(point, destination), this::slice);
  }

  private Slice slice(Place place) {
    PolicyShard shard = shards.get(place.point());
    if (shard == null) {
      throw new IllegalArgumentException("no shard for " + place.point().contentName());
    }
    PolicySet set = shard.slice(place.destination());
    var parts = new ArrayList<Integer>();
    set.policies().forEach(part -> parts.add(number(part)));
    set.authentications().forEach(part -> parts.add(number(part)));
    set.guards().forEach(part -> parts.add(number(part)));
    return byParts.computeIfAbsent(
        new Parts(place.point(), parts, set.mtls()), _ -> new Slice(set));
  }
}
