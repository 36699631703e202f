package dev.sluice.runtime.bundle;

/// The policy as it is now: one volatile reference to an immutable snapshot.
///
/// Read {@link #current} once per connection or request and keep to it.
public final class LivePolicy {

  private volatile PolicySnapshot current = PolicySnapshot.none("no verified bundle yet");

  public PolicySnapshot current() {
    return current;
  }

  /// Replaces the snapshot; connections that are open have to be checked again afterwards.
  public void swap(PolicySnapshot next) {
    current = next;
  }
}
