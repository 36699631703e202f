package dev.sluice.ztunnel.workload;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.mesh.Workload;

/// Which workloads of the mesh a proxy serves.
public sealed interface Served {

  /// The one with this name and service account.
  record One(String namespace, String name, String serviceAccount) implements Served {}

  /// All of a node.
  record Node(String name) implements Served {}

  /// Whether the proxy serves this workload.
  default boolean includes(Workload workload) {
    SpiffeId identity = workload.identity();
    return switch (this) {
      case One(var namespace, var name, var account) ->
          workload.name().equals(name)
              && identity.namespace().equals(namespace)
              && identity.serviceAccount().equals(account);
      case Node(var name) -> workload.node().equals(name);
    };
  }
}
