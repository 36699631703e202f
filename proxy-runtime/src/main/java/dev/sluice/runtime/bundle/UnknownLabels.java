package dev.sluice.runtime.bundle;

import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.shard.PolicyShard;
import java.util.Map;
import java.util.stream.Stream;

/// The labels of a workload of which nobody has said what labels it has.
///
/// That is not the same as having none: a policy that selects by labels could concern it. What a
/// proxy cannot resolve it refuses.
public final class UnknownLabels {

  /// Stands for labels that are not known.
  public static final Map<String, String> LABELS = Map.of("sluice.dev/labels", "unknown");

  private UnknownLabels() {}

  /// Whether what applies to the destination depends on labels that are not known.
  static boolean matterTo(Destination destination, PolicyShard shard) {
    return destination.labels().equals(LABELS)
        && scopes(shard).anyMatch(scope -> selects(scope, destination.namespace()));
  }

  private static Stream<Scope> scopes(PolicyShard shard) {
    return Stream.of(
            shard.policies().stream().map(policy -> policy.scope()),
            shard.peerAuthentications().stream().map(policy -> policy.scope()),
            shard.guards().stream().map(guard -> guard.scope()))
        .flatMap(each -> each);
  }

  private static boolean selects(Scope scope, String namespace) {
    return switch (scope) {
      case Scope.Selected(var own, var _) -> own.equals(namespace);
      case Scope.SelectedAnywhere _ -> true;
      case Scope.Mesh _, Scope.InNamespace _, Scope.Addressed _ -> false;
    };
  }
}
