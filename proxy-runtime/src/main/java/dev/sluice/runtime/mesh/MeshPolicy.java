package dev.sluice.runtime.mesh;

import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Scope;
import java.util.List;

/// A policy that discovery or the mesh file brought.
///
/// It is enforced beside the signed bundle's, never in place of them: a connection has to be
/// allowed by both, so that what is unsigned can only take away. Its scope is the mesh, a
/// namespace, or [#byName] for the workloads that name it.
public record MeshPolicy(AuthorizationPolicy policy, Enforcement enforcement) {

  /// Whether decisions depend on it.
  public enum Enforcement {
    ENFORCED,
    /// Evaluated aside and counted.
    ON_TRIAL
  }

  /// The scope of a policy that concerns the workloads that name it and no others.
  public static Scope byName() {
    return new Scope.Addressed(List.of());
  }

  /// `namespace/name`.
  public String key() {
    return policy.id().namespace() + "/" + policy.id().name();
  }
}
