package dev.sluice.ztunnel.workload;

/// A pod of the node whose traffic is to be captured, as the node's agent announces it.
///
/// @param uid the pod's UID in Kubernetes; a pod that is created anew under its name has another
/// @param network the pod's network namespace, held open for as long as the pod is served
public record Pod(
    String uid, String namespace, String name, String serviceAccount, PodNetwork network) {

  /// `namespace/name`.
  public String key() {
    return namespace + "/" + name;
  }

  /// Says everything but the descriptor.
  @Override
  public String toString() {
    return key() + " (" + uid + ")";
  }
}
