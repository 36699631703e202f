package dev.sluice.compiler.bundle;

import dev.sluice.engine.bundle.Manifest;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.AuthorizationPolicy.Rule;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import dev.sluice.engine.shard.PolicyShard.MeshFacts;
import dev.sluice.engine.shard.PolicyShard.PathNormalization;
import java.time.Instant;
import java.time.Period;
import java.util.List;
import java.util.stream.Stream;

/// Small shards and facts for tests.
final class Shards {
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private Shards() {}

  static PolicyShard ztunnel(String... policies) {
    return shard(new EnforcementPoint.Ztunnel(), policies);
  }

  static PolicyShard waypoint(String... policies) {
    return shard(new EnforcementPoint.Waypoint("shop", "waypoint"), policies);
  }

  private static PolicyShard shard(EnforcementPoint point, String... names) {
    return new PolicyShard(
        point,
        new MeshFacts(new TrustDomain("cluster.local"), List.of(), PathNormalization.MERGE_SLASHES),
        Stream.of(names).map(Shards::policy).toList(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static AuthorizationPolicy policy(String name) {
    return new AuthorizationPolicy(
        new PolicyId("AuthorizationPolicy", "shop", name),
        new Scope.InNamespace("shop"),
        Action.ALLOW,
        List.of(new Rule(0, new Condition.PeerNamespace(new StringMatch.Exact("shop")))));
  }

  static BundleFacts facts() {
    return new BundleFacts(
        "cluster.local",
        "main",
        NOW,
        Period.ofDays(90),
        new Manifest.Source("https://git.example/policies", "", Manifest.WorkTree.DIRTY),
        "0.1.0");
  }
}
