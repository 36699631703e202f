package dev.sluice.compiler.settings;

import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.shard.PolicyShard.PathNormalization;
import java.time.Period;
import java.util.List;

/// The settings of a mesh, from `sluice.yaml`: what policies mean beyond their own text.
public record MeshSettings(
    TrustDomain trustDomain,
    List<TrustDomain> trustDomainAliases,
    String rootNamespace,
    String clusterDomain,
    PathNormalization pathNormalization,
    OnMissingWaypoint onMissingWaypoint,
    List<String> extensionProviders,
    BundleSettings bundle,
    List<PathSuppression> suppressions) {

  public MeshSettings {
    trustDomainAliases = List.copyOf(trustDomainAliases);
    extensionProviders = List.copyOf(extensionProviders);
    suppressions = List.copyOf(suppressions);
  }

  /// What happens to an L7 policy on a workload without a waypoint.
  public enum OnMissingWaypoint {
    /// A finding; nothing is built.
    ERROR,
    /// An L4 policy that is never weaker than the intent.
    DENY
  }

  /// Who a bundle is for and how long it may be loaded as new.
  public record BundleSettings(String audience, String channel, Period validity) {}

  /// The documented defaults.
  public static MeshSettings defaults() {
    return new MeshSettings(
        new TrustDomain("cluster.local"),
        List.of(),
        "istio-system",
        "cluster.local",
        PathNormalization.MERGE_SLASHES,
        OnMissingWaypoint.ERROR,
        List.of(),
        new BundleSettings("cluster.local", "main", Period.ofDays(90)),
        List.of());
  }
}
