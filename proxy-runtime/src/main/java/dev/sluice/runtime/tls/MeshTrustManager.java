package dev.sluice.runtime.tls;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.runtime.identity.SpiffeNames;
import dev.sluice.runtime.identity.TrustedRoots;
import dev.sluice.runtime.tls.Revocations.Side;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Verifies a peer's chain: PKIX against the given roots, extended key usage, and at least one
/// workload identity of an accepted trust domain. Host names play no part.
final class MeshTrustManager extends X509ExtendedTrustManager {

  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final int MAX_CHAIN = 8;

  private final TrustedRoots roots;
  private final Predicate<TrustDomain> accepted;
  private final InstantSource clock;
  private final VerifiedChains verified;
  private final Revocations revocations;

  MeshTrustManager(
      Collection<X509Certificate> roots, Predicate<TrustDomain> accepted, InstantSource clock) {
    this(roots, accepted, clock, new VerifiedChains(clock), Revocations.none());
  }

  /// @param accepted which trust domains a peer may be of, asked in every handshake
  /// @param verified what was verified against these roots before
  MeshTrustManager(
      Collection<X509Certificate> roots,
      Predicate<TrustDomain> accepted,
      InstantSource clock,
      VerifiedChains verified,
      Revocations revocations) {
    this.roots = new TrustedRoots(roots);
    this.accepted = accepted;
    this.clock = clock;
    this.verified = verified;
    this.revocations = revocations;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    verify(chain, CLIENT_AUTH, Side.ACCEPTED);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    verify(chain, SERVER_AUTH, Side.DIALLED);
  }

  private void verify(X509Certificate[] chain, String usage, Side side)
      throws CertificateException {
    if (chain.length == 0 || chain.length > MAX_CHAIN) {
      throw new CertificateException("chain of " + chain.length + " certificates");
    }
    verifyUsage(chain[0], usage);
    verifyName(chain[0]);
    var revoked = revocations.revoked(path(chain));
    if (revoked.isPresent()) {
      revocations.refused(side);
      throw new CertificateException(
          "certificate revoked: serial " + revoked.get().getSerialNumber().toString(16));
    }
  }

  /// A chain from its leaf to the root that vouches for it.
  List<X509Certificate> path(X509Certificate[] chain) throws CertificateException {
    ByteBuffer key = VerifiedChains.key(chain);
    List<X509Certificate> known = verified.path(key);
    if (known != null) {
      return known;
    }
    List<X509Certificate> path = roots.verify(List.of(chain), clock.instant());
    verified.remember(key, path);
    return path;
  }

  private static void verifyUsage(X509Certificate leaf, String usage) throws CertificateException {
    List<String> usages = leaf.getExtendedKeyUsage();
    if (usages == null || !usages.contains(usage)) {
      throw new CertificateException("certificate is not for this use: wants key usage " + usage);
    }
  }

  private void verifyName(X509Certificate leaf) throws CertificateException {
    List<SpiffeId> names = SpiffeNames.of(leaf);
    if (names.stream().map(SpiffeId::trustDomain).noneMatch(accepted)) {
      throw new CertificateException("no workload identity of an accepted trust domain: " + names);
    }
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return roots.certificates().toArray(new X509Certificate[0]);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }
}
