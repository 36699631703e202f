package dev.sluice.engine.policy;

import dev.sluice.engine.identity.SpiffeId;

/// The other end of a connection, as far as it is proven.
public sealed interface Peer {

  /// A peer whose certificate was verified.
  record Identified(SpiffeId id) implements Peer {}

  /// A peer without identity: plaintext.
  record Anonymous() implements Peer {}

  /// A peer without identity.
  static Peer anonymous() {
    return new Anonymous();
  }
}
