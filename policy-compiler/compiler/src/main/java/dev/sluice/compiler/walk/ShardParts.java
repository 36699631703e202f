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
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
  ///
  /// In a shard the things of a namespace lie side by side, so they are filed as few ranges.
  private static final class Filed<T> {
    private final List<T> all;
    private final Map<String, List<Range>> inOne = new HashMap<>();
    private final List<Integer> inAny = new ArrayList<>();

    private record Range(int start, int end) {}

    Filed(List<T> all, Function<T, Scope> scopeOf) {
      this.all = all;
      String namespace = null;
      int start = 0;
      for (int i = 0; i < all.size(); i++) {
        String own = namespace(scopeOf.apply(all.get(i)));
        if (own == null) {
          inAny.add(i);
        }
        if (!Objects.equals(own, namespace)) {
          file(namespace, start, i);
          namespace = own;
          start = i;
        }
      }
      file(namespace, start, all.size());
    }

    private static @Nullable String namespace(Scope scope) {
      return switch (scope) {
        case Scope.InNamespace(var namespace) -> namespace;
        case Scope.Selected(var namespace, var _) -> namespace;
        case Scope.Mesh _, Scope.SelectedAnywhere _, Scope.Addressed _ -> null;
      };
    }

    private void file(@Nullable String namespace, int start, int end) {
      if (namespace != null) {
        inOne.computeIfAbsent(namespace, _ -> new ArrayList<>()).add(new Range(start, end));
      }
    }

    List<T> in(String namespace) {
      var found = new ArrayList<T>();
      int next = 0;
      for (Range range : inOne.getOrDefault(namespace, List.of())) {
        while (next < inAny.size() && inAny.get(next) < range.start()) {
          found.add(all.get(inAny.get(next++)));
        }
        found.addAll(all.subList(range.start(), range.end()));
      }
      while (next < inAny.size()) {
        found.add(all.get(inAny.get(next++)));
      }
      return found;
    }
  }
}
