package dev.sluice.runtime.hbone;

import io.netty.channel.Channel;

/// Decides what becomes of each tunnel a peer asks for.
@FunctionalInterface
public interface TunnelAcceptor {

  /// Called on its event loop for each connection that was accepted, before the peer is known.
  default void connected(Channel connection) {}

  /// Called on the connection's event loop, once per CONNECT; must not block.
  ///
  /// Answers now or later, with exactly one of [IncomingTunnel#accept] and [IncomingTunnel#refuse].
  void accept(IncomingTunnel tunnel);
}
