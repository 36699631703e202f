package dev.sluice.runtime.tls;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.runtime.identity.SpiffeNames;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Verifies a peer's chain: PKIX against the given roots, extended key usage, and at least one
/// workload identity of an accepted trust domain. Host names play no part.
final class MeshTrustManager extends X509ExtendedTrustManager {

  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final int MAX_CHAIN = 8;

  private final Set<X509Certificate> roots;
  private final Set<TrustAnchor> anchors = new HashSet<>();
  private final Predicate<TrustDomain> accepted;
  private final InstantSource clock;
  private final VerifiedChains verified;

  /// `accepted` decides which trust domains a peer may be of.
  MeshTrustManager(
      List<X509Certificate> roots, Predicate<TrustDomain> accepted, InstantSource clock) {
    this.roots = Set.copyOf(roots);
    for (X509Certificate root : roots) {
      anchors.add(new TrustAnchor(root, null));
    }
    this.accepted = accepted;
    this.clock = clock;
    this.verified = new VerifiedChains(clock);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    verify(chain, CLIENT_AUTH);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    verify(chain, SERVER_AUTH);
  }

  private void verify(X509Certificate[] chain, String usage) throws CertificateException {
    if (chain.length == 0 || chain.length > MAX_CHAIN) {
      throw new CertificateException("chain of " + chain.length + " certificates");
    }
    ByteBuffer key = VerifiedChains.key(chain);
    if (verified.holds(key)) {
      return;
    }
    verifyUsage(chain[0], usage);
    verifyName(chain[0]);
    verifyPath(chain);
    verified.remember(key, chain);
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

  private void verifyPath(X509Certificate[] chain) throws CertificateException {
    List<X509Certificate> path = new ArrayList<>();
    for (X509Certificate certificate : chain) {
      if (roots.contains(certificate)) {
        // The rest is above a root we hold already.
        break;
      }
      path.add(certificate);
    }
    if (path.isEmpty()) {
      throw new CertificateException("a root is not a workload's certificate");
    }
    try {
      PKIXParameters parameters = new PKIXParameters(anchors);
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(clock.instant()));
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
    } catch (GeneralSecurityException e) {
      throw new CertificateException("chain not trusted: " + e.getMessage(), e);
    }
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return roots.toArray(new X509Certificate[0]);
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
