package dev.sluice.compiler.walk;

import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.PeerAuthentication;
import dev.sluice.engine.policy.RequestAuthentication;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.shard.PolicyShard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// A shard by the namespaces its policies can concern: what {@link PolicyShard#within} gives,
/// without walking the whole shard for every namespace.
///
/// Immutable but for its cache; may be shared between threads.
final class ShardParts {

  private final PolicyShard shard;
  private final Filed<AuthorizationPolicy> policies;
  private final Filed<PeerAuthentication> peers;
  private final Filed<RequestAuthentication> requests;
  private final Filed<Guard> guards;
  private final Map<String, PolicyShard> parts = new ConcurrentHashMap<>();

  ShardParts(PolicyShard shard) {
    this.shard = shard;
    policies = new Filed<>(shard.policies(), AuthorizationPolicy::scope);
    peers = new Filed<>(shard.peerAuthentications(), PeerAuthentication::scope);
    requests = new Filed<>(shard.requestAuthentications(), RequestAuthentication::scope);
    guards = new Filed<>(shard.guards(), Guard::scope);
  }

  /// The part that can concern destinations in one namespace, in the order of the shard; only what
  /// is enforced.
  PolicyShard of(String namespace) {
    return parts.computeIfAbsent(
        namespace,
        name ->
            new PolicyShard(
                shard.point(),
                shard.mesh(),
                policies.in(name),
                peers.in(name),
                requests.in(name),
                guards.in(name),
                List.of(),
                List.of()));
  }

  /// Things in their order, filed under the only namespace they can concern, if there is one.
  private static final class Filed<T> {
    private final List<T> all;
    private final Map<String, List<Integer>> inOne = new HashMap<>();
    private final List<Integer> inAny = new ArrayList<>();

    Filed(List<T> all, Function<T, Scope> scopeOf) {
      this.all = all;
      for (int i = 0; i < all.size(); i++) {
        switch (scopeOf.apply(all.get(i))) {
          case Scope.InNamespace(var namespace) -> file(namespace, i);
          case Scope.Selected(var namespace, var _) -> file(namespace, i);
          case Scope.Mesh _, Scope.SelectedAnywhere _, Scope.Addressed _ -> inAny.add(i);
        }
      }
    }

    private void file(String namespace, int number) {
      inOne.computeIfAbsent(namespace, _ -> new ArrayList<>()).add(number);
    }

    List<T> in(String namespace) {
      List<Integer> own = inOne.getOrDefault(namespace, List.of());
      var found = new ArrayList<T>(own.size() + inAny.size());
      int next = 0;
      for (int number : own) {
        while (next < inAny.size() && inAny.get(next) < number) {
          found.add(all.get(inAny.get(next++)));
        }
        found.add(all.get(number));
      }
      while (next < inAny.size()) {
        found.add(all.get(inAny.get(next++)));
      }
      return found;
    }
  }
}
