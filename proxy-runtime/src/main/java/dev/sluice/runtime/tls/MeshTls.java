package dev.sluice.runtime.tls;

import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.runtime.identity.WorkloadCertificate;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/// TLS contexts of the mesh: BoringSSL, TLS 1.3 only, ALPN `h2` only, certificates on both sides,
/// no server name, no resumption.
///
/// Source: HBONE as upstream ztunnel speaks it. A context outlives no certificate: build a new one
/// when the certificate is renewed.
public final class MeshTls {

  private static final ApplicationProtocolConfig H2 =
      new ApplicationProtocolConfig(
          ApplicationProtocolConfig.Protocol.ALPN,
          ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
          ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
          ApplicationProtocolNames.HTTP_2);

  private MeshTls() {}

  /// For listeners: a client must prove an identity of one of the `accepted` trust domains.
  ///
  /// @throws IllegalArgumentException when BoringSSL does not take the certificate or its key
  public static SslContext server(WorkloadCertificate own, Set<TrustDomain> accepted) {
    Set<TrustDomain> domains = Set.copyOf(accepted);
    TrustManager trust =
        new MeshTrustManager(own.roots(), domains::contains, InstantSource.system());
    return server(own, trust);
  }

  static SslContext server(WorkloadCertificate own, TrustManager trust) {
    return finish(SslContextBuilder.forServer(own.key(), chain(own)), own, trust);
  }

  /// For dialling: the server must prove some workload identity; which one is for the caller to
  /// check against what it expects, before anything is sent.
  ///
  /// @throws IllegalArgumentException when BoringSSL does not take the certificate or its key
  public static SslContext client(WorkloadCertificate own) {
    TrustManager trust = new MeshTrustManager(own.roots(), any -> true, InstantSource.system());
    return client(own, trust);
  }

  static SslContext client(WorkloadCertificate own, TrustManager trust) {
    return finish(SslContextBuilder.forClient().keyManager(own.key(), chain(own)), own, trust);
  }

  private static X509Certificate[] chain(WorkloadCertificate own) {
    return own.chain().toArray(new X509Certificate[0]);
  }

  private static SslContext finish(
      SslContextBuilder builder, WorkloadCertificate own, TrustManager trust) {
    try {
      SslContext context =
          builder
              .sslProvider(SslProvider.OPENSSL)
              .protocols("TLSv1.3")
              .applicationProtocolConfig(H2)
              .clientAuth(ClientAuth.REQUIRE)
              .endpointIdentificationAlgorithm(null)
              .trustManager(trust)
              .build();
      if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
        sessions.setSessionCacheEnabled(false);
      }
      return context;
    } catch (SSLException e) {
      throw new IllegalArgumentException("no TLS with the certificate of `" + own.id() + "`", e);
    }
  }
}
