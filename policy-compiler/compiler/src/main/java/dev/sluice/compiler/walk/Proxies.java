package dev.sluice.compiler.walk;

import dev.sluice.compiler.link.Waypoint;
import dev.sluice.engine.index.IndexedDecider;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Decider;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.TreeDecider;
import dev.sluice.engine.route.RouteResolver;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The proxies of a mesh with the shards they would load, sliced and indexed as they do it.
final class Proxies {

  private final Loaded ztunnel;
  private final Map<String, PolicyShard> shards = new HashMap<>();
  private final Map<String, Loaded> waypoints = new ConcurrentHashMap<>();

  /// Proxies with all shards of a mesh.
  ///
  /// @throws IllegalArgumentException when there is no shard for ztunnel
  static Proxies of(List<PolicyShard> all) {
    return new Proxies(all, null);
  }

  /// Proxies with all shards of a mesh, and ztunnel's part for any one namespace.
  ///
  /// @throws IllegalArgumentException when there is no shard for ztunnel
  Proxies(List<PolicyShard> all, @Nullable Function<String, PolicyShard> ztunnelIn) {
    Loaded found = null;
    for (PolicyShard shard : all) {
      switch (shard.point()) {
        case EnforcementPoint.Ztunnel() ->
            found = new Loaded(shard, ztunnelIn == null ? new ShardParts(shard)::of : ztunnelIn);
        case EnforcementPoint.Waypoint(var namespace, var name) ->
            shards.put(namespace + "/" + name, shard);
      }
    }
    if (found == null) {
      throw new IllegalArgumentException("no shard for ztunnel among " + all.size());
    }
    ztunnel = found;
  }

  Loaded ztunnel() {
    return ztunnel;
  }

  /// @throws IllegalStateException when the waypoint was given no shard, which lowering never does
  Loaded waypoint(Waypoint waypoint) {
    return waypoints.computeIfAbsent(
        waypoint.reference(),
        reference -> {
          PolicyShard shard = shards.get(reference);
          if (shard == null) {
            throw new IllegalStateException("no shard for waypoint " + reference);
          }
          return new Loaded(shard, new ShardParts(shard)::of);
        });
  }

  /// What applies to one destination, its decider, and the headers that no client may set, in lower
  /// case.
  record Sliced(PolicySet set, Decider decider, Set<String> derivedHeaders) {}

  /// One proxy's shard.
  static final class Loaded {
    /// So few rules are walked sooner than they are indexed, and with the same verdicts.
    private static final int WALKED = 32;

    private final PolicyShard shard;
    private final RouteResolver routes;
    private final Set<String> derivedHeaders;
    private final Function<String, PolicyShard> parts;
    private final Map<Destination, Sliced> slices = new ConcurrentHashMap<>();

    private Loaded(PolicyShard shard, Function<String, PolicyShard> parts) {
      this.shard = shard;
      this.routes = RouteResolver.of(shard.routes());
      this.derivedHeaders = Presented.derivedNames(shard.requestAuthentications());
      this.parts = parts;
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
            PolicySet set = parts.apply(key.namespace()).slice(key);
            return new Sliced(set, decider(set), derivedHeaders);
          });
    }

    private static Decider decider(PolicySet set) {
      int rules = 0;
      for (AuthorizationPolicy policy : set.policies()) {
        rules += policy.rules().size();
      }
      return rules > WALKED ? IndexedDecider.of(set) : new TreeDecider(set);
    }
  }
}
