package dev.sluice.runtime.identity;

import dev.sluice.engine.identity.SpiffeId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Reads the workload identities a certificate names in its URI SANs.
public final class SpiffeNames {

  private static final Integer URI = 6;

  private SpiffeNames() {}

  /// The URI SANs that are workload identities, in order; empty when the extension cannot be read.
  public static List<SpiffeId> of(X509Certificate certificate) {
    Collection<List<?>> names;
    try {
      names = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      // An unreadable extension names nobody, and a certificate without a name is refused.
      return List.of();
    }
    if (names == null) {
      return List.of();
    }
    List<SpiffeId> found = new ArrayList<>();
    for (List<?> name : names) {
      if (name.size() > 1 && URI.equals(name.get(0)) && name.get(1) instanceof String uri) {
        SpiffeId.parse(uri).ifPresent(found::add);
      }
    }
    return List.copyOf(found);
  }
}
