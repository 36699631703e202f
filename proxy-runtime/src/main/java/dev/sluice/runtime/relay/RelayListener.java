package dev.sluice.runtime.relay;

/// Learns of the end of a relay.
@FunctionalInterface
public interface RelayListener {

  /// Called exactly once, on the relay's event loop.
  void ended(RelayEnd end);
}
