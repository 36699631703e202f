package dev.sluice.ztunnel.workload;

import dev.sluice.ztunnel.linux.NetworkNamespace;

/// A pod of the node whose traffic is to be captured, as the node's agent announces it.
///
/// @param uid the pod's UID in Kubernetes; a pod that is created anew under its name has another
/// @param network the pod's network namespace; whoever the pod is handed to closes it
public record Pod(
    String uid, String namespace, String name, String serviceAccount, NetworkNamespace network) {

  /// `namespace/name`.
  public String key() {
    return namespace + "/" + name;
  }

  @Override
  public String toString() {
    return key() + " (" + uid + ")";
  }
}
