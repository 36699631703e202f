package dev.sluice.runtime.hbone;

import java.net.InetSocketAddress;

/// Who made a connection and decides which tunnels it carries; on the connection's event loop.
interface ConnectionOwner {

  /// What failures call the peer by.
  InetSocketAddress address();

  HboneSettings settings();

  /// How many streams a new connection may have before the peer's SETTINGS arrive.
  int streamLimit();

  /// Learns the limit in the peer's SETTINGS and gives the one that counts.
  int limitStreams(long ofPeer);

  /// Opens a tunnel on some connection.
  void open(Opening opening);

  /// A connection may have room.
  void serveWaiters();

  /// A connection has ended.
  void gone(ClientConnection connection);
}
