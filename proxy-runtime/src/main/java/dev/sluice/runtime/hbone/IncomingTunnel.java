package dev.sluice.runtime.hbone;

import dev.sluice.engine.policy.Peer;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A CONNECT request a peer sent, waiting for its answer.
///
/// All methods are for the event loop of [#channel()].
public interface IncomingTunnel {

  /// Who sent it, as its certificate proves.
  Peer peer();

  /// The TCP address of the peer.
  InetSocketAddress remote();

  /// The TCP address it connected to.
  InetSocketAddress local();

  /// The `:authority`, never empty, otherwise unchecked.
  String authority();

  /// The other request headers in order, names in lower case.
  List<Map.Entry<String, String>> headers();

  /// The first value of header `name` (lower case).
  default Optional<String> header(String name) {
    return headers().stream()
        .filter(header -> header.getKey().equals(name))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /// The tunnel's bytes: a channel of `ByteBuf` both ways that half-closes by `HalfClose` and shows
  /// the peer's end as a `ChannelInputShutdownEvent`.
  ///
  /// Reads nothing until `setAutoRead(true)` or `read()`: add handlers first. It closes when the
  /// peer gives up, also before the answer.
  Channel channel();

  /// Answers 200 with `extraHeaders` (lower-case names).
  void accept(Map<String, String> extraHeaders);

  /// Answers `status` (400 to 599) and ends the tunnel; `responseFlag` is for logs only.
  void refuse(int status, String responseFlag);
}
