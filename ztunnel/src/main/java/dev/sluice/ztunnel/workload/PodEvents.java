package dev.sluice.ztunnel.workload;

/// What is told of the pods of the node, one event after another, by whatever knows them.
///
/// A source begins with a snapshot: every pod of the node as {@link #added} or {@link #kept}, then
/// {@link #snapshotComplete}. After {@link #sourceLost} the next source begins again; until then
/// every pod is served as before. Events come from one thread at a time, never an event loop, and
/// may block it for as long as a pod needs to be captured. Source: Istio's ZDS protocol.
public interface PodEvents {

  /// What became of a pod that was announced.
  sealed interface Added {

    /// Its listeners are there: from now on its traffic may be redirected to them.
    record Serving() implements Added {}

    /// Not yet, for this reason; it is tried again without being announced again.
    record Pending(String reason) implements Added {}
  }

  /// A pod is there; its network namespace is the receiver's from now on, whatever it answers.
  ///
  /// The same UID in the same network namespace changes nothing; in another one it takes the place
  /// of the former.
  Added added(Pod pod);

  /// A pod announced to an earlier source is still there; only during a snapshot.
  void kept(String uid);

  /// A pod is gone; one that is not known is none of our business.
  void removed(String uid);

  /// Everything has been said: pods that were neither added nor kept are gone.
  void snapshotComplete();

  /// Nobody tells of pods until another source begins its snapshot.
  void sourceLost();
}
