package dev.sluice.compiler.compare;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.engine.bundle.BundleContents;
import dev.sluice.engine.bundle.Digest;
import dev.sluice.engine.shard.PolicyShard;
import java.util.List;

/// One revision of a mesh that compiled: what it consists of, and what its proxies are given.
public record MeshRevision(PlacedMesh placed, List<PolicyShard> shards) {

  public MeshRevision {
    shards = List.copyOf(shards);
  }

  /// A bundle, judged on the topology of another revision: a bundle says what is decided and not
  /// what there is.
  public static MeshRevision ofBundle(List<PolicyShard> shards, LinkedMesh topology) {
    return new MeshRevision(
        new PlacedMesh(topology.withoutPolicies(), List.of(), List.of(), List.of()), shards);
  }

  /// The same for two revisions that mean the same.
  public Digest semanticDigest() {
    return BundleContents.semanticDigest(shards);
  }
}
