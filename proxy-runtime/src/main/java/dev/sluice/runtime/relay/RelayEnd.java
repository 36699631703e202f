package dev.sluice.runtime.relay;

/// How a relay ended, and the bytes read from each side (`a` and `b` as given to `Relay.join`).
public record RelayEnd(long bytesFromA, long bytesFromB, Cause cause) {

  /// Which channel of the pair.
  public enum Side {
    A,
    B
  }

  /// Why it ended.
  public sealed interface Cause {

    /// Both directions ended in order.
    record Finished() implements Cause {}

    /// One side gave up before both directions had ended, without an error; the other was closed.
    record ClosedEarly(Side side) implements Cause {}

    /// One side failed or was reset; the other was reset.
    record Failed(Side side, String reason) implements Cause {}

    /// This process cut it, for example because a policy no longer allows it; both were reset.
    record Cut(String reason) implements Cause {}
  }
}
