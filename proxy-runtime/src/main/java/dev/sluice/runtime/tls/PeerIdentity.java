package dev.sluice.runtime.tls;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Peer;
import dev.sluice.runtime.identity.SpiffeNames;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/// Who is at the other end of a channel, as its verified certificate says.
///
/// Read from the certificate once per connection; streams of a connection share its peer.
public final class PeerIdentity {

  private static final AttributeKey<List<SpiffeId>> NAMES =
      AttributeKey.valueOf(PeerIdentity.class, "names");

  private PeerIdentity() {}

  /// The first workload identity of the peer's certificate; anonymous without TLS, before the
  /// handshake is done, and when the certificate names none.
  public static Peer of(Channel channel) {
    List<SpiffeId> names = names(channel);
    return names.isEmpty() ? Peer.anonymous() : new Peer.Identified(names.getFirst());
  }

  /// All workload identities of the peer's certificate, in order.
  public static List<SpiffeId> names(Channel channel) {
    for (Channel at = channel; at != null; at = at.parent()) {
      List<SpiffeId> known = at.attr(NAMES).get();
      if (known != null) {
        return known;
      }
      SslHandler tls = at.pipeline().get(SslHandler.class);
      if (tls != null) {
        return read(at, tls);
      }
    }
    return List.of();
  }

  private static List<SpiffeId> read(Channel channel, SslHandler tls) {
    if (!tls.handshakeFuture().isSuccess()) {
      return List.of();
    }
    X509Certificate leaf = leaf(tls);
    List<SpiffeId> names = leaf == null ? List.of() : SpiffeNames.of(leaf);
    channel.attr(NAMES).set(names);
    return names;
  }

  private static @Nullable X509Certificate leaf(SslHandler tls) {
    try {
      Certificate[] chain = tls.engine().getSession().getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate leaf ? leaf : null;
    } catch (SSLPeerUnverifiedException e) {
      // The peer sent no certificate: it is anonymous, which the caller must handle anyway.
      return null;
    }
  }
}
