package dev.sluice.runtime.identity;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXCertPathValidatorResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The roots that chains of workload certificates are verified against.
public final class TrustedRoots {

  private final Set<X509Certificate> roots;
  private final Set<TrustAnchor> anchors = new HashSet<>();

  public TrustedRoots(Collection<X509Certificate> roots) {
    this.roots = Set.copyOf(roots);
    for (X509Certificate root : this.roots) {
      anchors.add(new TrustAnchor(root, null));
    }
  }

  public Set<X509Certificate> certificates() {
    return roots;
  }

  /// Verifies a chain, leaf first, as of `now`; returns it from the leaf to the root that vouches
  /// for it.
  ///
  /// @throws CertificateException when no root vouches for the leaf
  public List<X509Certificate> verify(List<X509Certificate> chain, Instant now)
      throws CertificateException {
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
      parameters.setDate(Date.from(now));
      var result =
          (PKIXCertPathValidatorResult)
              CertPathValidator.getInstance("PKIX")
                  .validate(
                      CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
      path.add(result.getTrustAnchor().getTrustedCert());
      return List.copyOf(path);
    } catch (GeneralSecurityException e) {
      throw new CertificateException("chain not trusted: " + e.getMessage(), e);
    }
  }
}
