package dev.sluice.runtime.hbone;

import dev.sluice.runtime.connection.FairRoom;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Which connections a listener takes: no peer address gets all the handshakes or connections.
///
/// Handshakes are what costs before anything is known of the peer; those that are not finished in
/// time give their place back.
final class Admission {

  private final FairRoom<InetAddress> handshakes;
  private final FairRoom<InetAddress> connections;

  Admission(HboneSettings.Limits limits) {
    handshakes = FairRoom.of(limits.handshakes(), limits.handshakesPerPeer());
    connections = FairRoom.of(limits.connections(), limits.connectionsPerPeer());
  }

  /// Takes a place for `channel` until it closes; false when its peer has its share.
  boolean admit(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
      return false;
    }
    InetAddress peer = remote.getAddress();
    if (!connections.tryEnter(peer)) {
      return false;
    }
    if (!handshakes.tryEnter(peer)) {
      connections.leave(peer);
      return false;
    }
    Handshaking place = new Handshaking(peer);
    channel.attr(Handshaking.KEY).set(place);
    channel
        .closeFuture()
        .addListener(closed -> {
          place.end();
          connections.leave(peer);
        });
    return true;
  }

  /// The handshake of `channel` is over.
  void established(Channel channel) {
    Handshaking place = channel.attr(Handshaking.KEY).getAndSet(null);
    if (place != null) {
      place.end();
    }
  }

  private final class Handshaking {
    private static final AttributeKey<Handshaking> KEY =
        AttributeKey.valueOf(Admission.class, "handshaking");

    private final InetAddress peer;
    private boolean ended;

    Handshaking(InetAddress peer) {
      this.peer = peer;
    }

    // On the channel's event loop, by the handshake or by the close, whichever is first.
    void end() {
      if (!ended) {
        ended = true;
        handshakes.leave(peer);
      }
    }
  }
}
