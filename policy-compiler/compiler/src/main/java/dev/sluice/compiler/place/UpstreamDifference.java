package dev.sluice.compiler.place;

import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;

/// What Istio would do with the same file, where that differs from the intent.
///
/// Source: istio pilot/pkg/serviceregistry/ambient/authorization.go and ztunnel src/rbac.rs, August
/// 2026.
final class UpstreamDifference {

  /// For a policy on trial.
  static final String OF_DRY_RUN =
      "Istio's ztunnel is not sent such a policy unless a flag says so, and enforces it before"
          + " version 1.29";

  private UpstreamDifference() {}

  /// For an L7 policy without targetRefs whose workloads are behind a waypoint.
  static String ofSelectedHttp(LinkedPolicy.Authorization policy) {
    return "Istio's waypoints ignore policies without targetRefs, and " + withoutWaypoint(policy);
  }

  /// For an L7 policy at ztunnel.
  static String withoutWaypoint(LinkedPolicy.Authorization policy) {
    return policy.action() == Action.ALLOW
        ? "Istio's ztunnel would drop the whole ALLOW rule, so what it admits would be denied"
        : "Istio's ztunnel would treat a DENY clause with only HTTP attributes as never matching, "
            + "so what it forbids would pass";
  }
}
