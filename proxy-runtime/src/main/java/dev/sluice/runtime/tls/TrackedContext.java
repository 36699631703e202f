package dev.sluice.runtime.tls;

import dev.sluice.runtime.tls.Revocations.Side;
import io.netty.channel.Channel;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;

/// A TLS context whose connections are checked for revocation for as long as they are open.
final class TrackedContext extends DelegatingSslContext {

  private final MeshTrustManager trust;
  private final Revocations revocations;
  private final Side side;

  TrackedContext(SslContext context, MeshTrustManager trust, Revocations revocations, Side side) {
    super(context);
    this.trust = trust;
    this.revocations = revocations;
    this.side = side;
  }

  @Override
  protected void initEngine(SSLEngine engine) {
    // The engine is as the context makes it.
  }

  @Override
  protected void initHandler(SslHandler handler) {
    handler
        .handshakeFuture()
        .addListener((Future<Channel> done) -> {
          if (done.isSuccess()) {
            track(done.getNow(), handler);
          }
        });
  }

  private void track(Channel channel, SslHandler handler) {
    try {
      Certificate[] peer = handler.engine().getSession().getPeerCertificates();
      X509Certificate[] chain =
          Arrays.stream(peer)
              .filter(X509Certificate.class::isInstance)
              .toArray(X509Certificate[]::new);
      revocations.track(channel, trust.path(chain), side);
    } catch (SSLPeerUnverifiedException | CertificateException notVerified) {
      // The handshake just verified it; whoever cannot be followed is not kept.
      channel.close();
    }
  }
}
