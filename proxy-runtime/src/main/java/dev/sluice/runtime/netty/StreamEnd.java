package dev.sluice.runtime.netty;

/// How the outgoing half of a byte channel that is not a socket ends: written as a message, after
/// the last bytes.
public enum StreamEnd {
  /// No more bytes follow; the other half stays open.
  FINISHED,
  /// Both halves end at once, and the peer sees a reset.
  RESET
}
