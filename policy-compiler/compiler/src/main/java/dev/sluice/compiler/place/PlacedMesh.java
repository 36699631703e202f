package dev.sluice.compiler.place;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Guard;
import java.util.List;

/// The mesh with every policy placed.
///
/// `admissions` let waypoints through on ztunnel; `substitutes` are the L4 policies that stand for
/// L7 policies on workloads without a waypoint under `onMissingWaypoint: deny`.
public record PlacedMesh(
    LinkedMesh mesh,
    List<Placement> placements,
    List<Guard> admissions,
    List<AuthorizationPolicy> substitutes) {

  public PlacedMesh {
    placements = List.copyOf(placements);
    admissions = List.copyOf(admissions);
    substitutes = List.copyOf(substitutes);
  }

  /// A mesh of which nothing is known.
  public static PlacedMesh empty() {
    return new PlacedMesh(
        LinkedMesh.empty(MeshSettings.defaults()), List.of(), List.of(), List.of());
  }
}
