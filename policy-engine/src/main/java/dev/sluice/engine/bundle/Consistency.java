package dev.sluice.engine.bundle;

import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.stream.Stream;

/// What must hold among the contents of one bundle, beyond what the decoder checks of each.
final class Consistency {
  private static final String ZTUNNEL = new EnforcementPoint.Ztunnel().contentName();

  private Consistency() {}

  static Optional<String> problem(Collection<PolicyShard> shards) {
    var names = new HashSet<String>();
    for (PolicyShard shard : shards) {
      if (!names.add(shard.point().contentName())) {
        return Optional.of("`" + shard.point().contentName() + "` has two contents");
      }
    }
    // without it no ztunnel would know what to enforce
    if (!names.contains(ZTUNNEL)) {
      return Optional.of("there is no content `" + ZTUNNEL + "`");
    }
    if (shards.stream().map(PolicyShard::mesh).distinct().count() > 1) {
      return Optional.of("the contents disagree about the mesh");
    }
    return shards.stream().map(Consistency::problem).flatMap(Optional::stream).findFirst();
  }

  private static Optional<String> problem(PolicyShard shard) {
    String name = shard.point().contentName();
    boolean needsHttp =
        !shard.requestAuthentications().isEmpty()
            || !shard.routes().isEmpty()
            || Stream.concat(shard.policies().stream(), shard.shadow().stream())
                .flatMap(policy -> policy.rules().stream())
                .anyMatch(rule -> rule.condition().needsHttp());
    return needsHttp && shard.point() instanceof EnforcementPoint.Ztunnel
        ? Optional.of("`" + name + "` holds what only a waypoint can evaluate")
        : Optional.empty();
  }
}
