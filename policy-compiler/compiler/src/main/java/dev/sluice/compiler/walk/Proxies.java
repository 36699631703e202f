package dev.sluice.compiler.walk;

import dev.sluice.compiler.link.Waypoint;
import dev.sluice.engine.index.IndexedDecider;
import dev.sluice.engine.policy.Decider;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.route.RouteResolver;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The proxies of a mesh with the shards they would load, sliced and indexed as they do it.
final class Proxies {

  private final Loaded ztunnel;
  private final Map<String, Loaded> waypoints = new ConcurrentHashMap<>();

  /// @throws IllegalArgumentException when there is no shard for ztunnel
  Proxies(List<PolicyShard> shards) {
    Loaded found = null;
    for (PolicyShard shard : shards) {
      switch (shard.point()) {
        case EnforcementPoint.Ztunnel() -> found = new Loaded(shard);
        case EnforcementPoint.Waypoint(var namespace, var name) ->
            waypoints.put(namespace + "/" + name, new Loaded(shard));
      }
    }
    if (found == null) {
      throw new IllegalArgumentException("no shard for ztunnel among " + shards.size());
    }
    ztunnel = found;
  }

  Loaded ztunnel() {
    return ztunnel;
  }

  /// @throws IllegalStateException when the waypoint was given no shard, which lowering never does
  Loaded waypoint(Waypoint waypoint) {
    Loaded loaded = waypoints.get(waypoint.reference());
    if (loaded == null) {
      throw new IllegalStateException("no shard for waypoint " + waypoint.reference());
    }
    return loaded;
  }

  /// What applies to one destination, its decider, and the headers that no client may set, in lower
  /// case.
  record Sliced(PolicySet set, Decider decider, Set<String> derivedHeaders) {}

  /// One proxy's shard.
  static final class Loaded {
    private final PolicyShard shard;
    private final RouteResolver routes;
    private final Set<String> derivedHeaders;
    private final Map<String, PolicyShard> namespaces = new ConcurrentHashMap<>();
    private final Map<Destination, Sliced> slices = new ConcurrentHashMap<>();

    private Loaded(PolicyShard shard) {
      this.shard = shard;
      this.routes = RouteResolver.of(shard.routes());
      this.derivedHeaders = Presented.derivedNames(shard.requestAuthentications());
    }

    PolicyShard shard() {
      return shard;
    }

    RouteResolver routes() {
      return routes;
    }

    Set<String> derivedHeaders() {
      return derivedHeaders;
    }

    Sliced at(Destination destination) {
      return slices.computeIfAbsent(
          destination,
          key -> {
            PolicySet set = namespaces.computeIfAbsent(key.namespace(), shard::within).slice(key);
            return new Sliced(set, IndexedDecider.of(set), derivedHeaders);
          });
    }
  }
}
