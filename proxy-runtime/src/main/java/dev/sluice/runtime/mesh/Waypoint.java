package dev.sluice.runtime.mesh;

import dev.sluice.engine.identity.SpiffeId;

/// A waypoint of the mesh: its Gateway's name, its identity and the workload that runs it.
public record Waypoint(String namespace, String name, SpiffeId identity, String workloadUid) {

  /// `namespace/name`.
  public String key() {
    return namespace + "/" + name;
  }
}
