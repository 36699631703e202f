package dev.sluice.engine.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.schemas.bundle.v1.Shard;
import java.util.List;

/// A shard with one policy, as a value and as a message to change.
final class SmallShard {

  private SmallShard() {}

  static final PolicyShard SMALL =
      new PolicyShard(
          new PolicyShard.EnforcementPoint.Ztunnel(),
          new PolicyShard.MeshFacts(
              new TrustDomain("cluster.local"),
              List.of(),
              PolicyShard.PathNormalization.MERGE_SLASHES),
          List.of(
              new AuthorizationPolicy(
                  new PolicyId("AuthorizationPolicy", "shop", "a"),
                  new Scope.Mesh(),
                  AuthorizationPolicy.Action.DENY,
                  List.of(new AuthorizationPolicy.Rule(0, Condition.always())))),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of());

  static Shard.Builder small() throws InvalidProtocolBufferException {
    return Shard.parseFrom(ShardCodec.encode(SMALL)).toBuilder();
  }
}
