package dev.sluice.waypoint.decision;

import dev.sluice.runtime.bundle.PolicySnapshot;
import dev.sluice.runtime.mesh.StaticMesh;

/// What a waypoint decides by: one policy and one mesh, read once per request or connection.
public record Moment(PolicySnapshot policy, StaticMesh mesh) {}
