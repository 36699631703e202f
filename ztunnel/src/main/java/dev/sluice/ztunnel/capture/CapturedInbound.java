package dev.sluice.ztunnel.capture;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/// A plaintext connection that somebody made to `destination`, an address and port of the local
/// workload `namespace/name`; `channel` reads nothing until it is asked to.
public record CapturedInbound(Channel channel, String workload, InetSocketAddress destination) {

  /// The port that was dialled.
  public int port() {
    return destination.getPort();
  }
}
