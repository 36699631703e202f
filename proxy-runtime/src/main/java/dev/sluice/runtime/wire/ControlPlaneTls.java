package dev.sluice.runtime.wire;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Makes the TLS context for a connection to the control plane: TLS 1.3, server proven only.
final class ControlPlaneTls {

  private static final int MAX_FILE_SIZE = 1024 * 1024;
  private static final String SPIFFE = "spiffe://";

  private ControlPlaneTls() {}

  /// @throws IOException when the roots cannot be read
  /// @throws GeneralSecurityException when they are not certificates
  static SslContext of(ControlPlane where) throws IOException, GeneralSecurityException {
    X509ExtendedTrustManager chain = manager(where.roots());
    TrustManager trust =
        where.serverName().startsWith(SPIFFE)
            ? new SpiffeServerTrust(chain, where.serverName())
            : chain;
    return GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.OPENSSL)
        .protocols("TLSv1.3")
        .trustManager(trust)
        .build();
  }

  private static X509ExtendedTrustManager manager(ControlPlane.Roots roots)
      throws IOException, GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(
        switch (roots) {
          case ControlPlane.Roots.InFile(var file) -> store(read(file));
          case ControlPlane.Roots.Inline(var pem) -> store(pem);
          case ControlPlane.Roots.OfSystem _ -> system();
        });
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(X509ExtendedTrustManager.class::cast)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("every Java runtime verifies X.509"));
  }

  @SuppressWarnings("NullAway") // null asks for what the runtime trusts
  private static @Nullable KeyStore system() {
    return null;
  }

  private static KeyStore store(String pem) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    Collection<? extends Certificate> found =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    if (found.isEmpty()) {
      throw new CertificateException("no root certificate given");
    }
    int index = 0;
    for (Certificate certificate : found) {
      store.setCertificateEntry("root-" + index++, certificate);
    }
    return store;
  }

  static String read(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_FILE_SIZE + 1);
      if (bytes.length > MAX_FILE_SIZE) {
        throw new IOException("`" + file + "` is larger than " + MAX_FILE_SIZE + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
