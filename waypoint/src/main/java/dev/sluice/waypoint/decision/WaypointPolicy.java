package dev.sluice.waypoint.decision;

import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.RequestAuthentication;
import dev.sluice.engine.route.RouteResolver;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.PathNormalization;
import dev.sluice.waypoint.jwt.TokenValidator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What a waypoint prepares from a shard once: its route table and the token validators of its
/// destinations.
public final class WaypointPolicy {

  private static final int MOST_DESTINATIONS = 65_536;

  private final PolicyShard shard;
  private final RouteResolver routes;
  private final Set<String> derivedHeaders;
  private final Map<Destination, TokenValidator> byDestination = new ConcurrentHashMap<>();
  private final Map<List<RequestAuthentication>, TokenValidator> byRules =
      new ConcurrentHashMap<>();

  private WaypointPolicy(PolicyShard shard) {
    this.shard = shard;
    this.routes = RouteResolver.of(shard.routes());
    Set<String> names = new HashSet<>();
    for (RequestAuthentication policy : shard.requestAuthentications()) {
      names.addAll(TokenValidator.derivedHeaders(policy));
    }
    this.derivedHeaders = Set.copyOf(names);
  }

  /// Prepares a shard.
  public static WaypointPolicy of(PolicyShard shard) {
    return new WaypointPolicy(shard);
  }

  RouteResolver routes() {
    return routes;
  }

  PathNormalization pathNormalization() {
    return shard.mesh().pathNormalization();
  }

  /// Headers that only this waypoint may set, in lower case.
  Set<String> derivedHeaders() {
    return derivedHeaders;
  }

  /// The validator for requests to a destination; destinations with equal rules share one.
  TokenValidator tokens(Destination destination) {
    TokenValidator known = byDestination.get(destination);
    if (known != null) {
      return known;
    }
    List<RequestAuthentication> rules = shard.slice(destination).authentications();
    TokenValidator validator = byRules.computeIfAbsent(rules, TokenValidator::of);
    if (byDestination.size() < MOST_DESTINATIONS) {
      byDestination.put(destination, validator);
    }
    return validator;
  }
}
