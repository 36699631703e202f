package dev.sluice.ztunnel.zds.wire;

/// What the agent asks for; its names have been checked.
public sealed interface Request {

  /// Serve this pod; the packet carries its network namespace.
  record Add(String uid, String namespace, String name, String serviceAccount) implements Request {}

  /// During a snapshot: the pod is still there.
  record Keep(String uid) implements Request {}

  /// The pod is gone.
  record Delete(String uid) implements Request {}

  /// The snapshot is complete.
  record SnapshotSent() implements Request {}
}
