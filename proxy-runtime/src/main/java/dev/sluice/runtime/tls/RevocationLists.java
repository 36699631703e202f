package dev.sluice.runtime.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.security.auth.x500.X500Principal;

/// Revocation lists by issuer. A list counts for the certificates of the key that signed it; a
/// certificate that no list speaks of is not revoked, and a list does not end. Source: RFC 5280 §5.
final class RevocationLists {

  private static final int MOST_BYTES = 32 * 1024 * 1024;

  private record Signed(X509CRL list, PublicKey by) {}

  private final Map<X500Principal, List<X509CRL>> byIssuer;
  private final int size;
  private final Map<Signed, Boolean> genuine = new ConcurrentHashMap<>();

  private RevocationLists(Map<X500Principal, List<X509CRL>> byIssuer, int size) {
    this.byIssuer = byIssuer;
    this.size = size;
  }

  static RevocationLists none() {
    return new RevocationLists(Map.of(), 0);
  }

  /// Reads PEM, with any number of lists, or one list in DER; at most 32 MiB.
  ///
  /// @throws IOException when the file cannot be read or is neither
  static RevocationLists read(Path file) throws IOException {
    byte[] content;
    try (var in = Files.newInputStream(file)) {
      content = in.readNBytes(MOST_BYTES + 1);
    }
    if (content.length > MOST_BYTES) {
      throw new IOException("is larger than " + MOST_BYTES + " bytes");
    }
    try {
      var found =
          CertificateFactory.getInstance("X.509").generateCRLs(new ByteArrayInputStream(content));
      if (found.isEmpty()) {
        throw new IOException("holds no revocation list");
      }
      Map<X500Principal, List<X509CRL>> byIssuer = new ConcurrentHashMap<>();
      for (var each : found) {
        if (each instanceof X509CRL list) {
          byIssuer.computeIfAbsent(list.getIssuerX500Principal(), _ -> new ArrayList<>()).add(list);
        }
      }
      return new RevocationLists(byIssuer, found.size());
    } catch (CRLException | CertificateException malformed) {
      throw new IOException("is not a revocation list: " + malformed.getMessage(), malformed);
    }
  }

  int size() {
    return size;
  }

  /// The first revoked certificate of a verified path, leaf to root.
  Optional<X509Certificate> revoked(List<X509Certificate> path) {
    if (byIssuer.isEmpty()) {
      return Optional.empty();
    }
    for (int i = 0; i + 1 < path.size(); i++) {
      X509Certificate certificate = path.get(i);
      PublicKey issuer = path.get(i + 1).getPublicKey();
      for (X509CRL list : byIssuer.getOrDefault(certificate.getIssuerX500Principal(), List.of())) {
        if (list.getRevokedCertificate(certificate.getSerialNumber()) != null
            && isGenuine(list, issuer)) {
          return Optional.of(certificate);
        }
      }
    }
    return Optional.empty();
  }

  private boolean isGenuine(X509CRL list, PublicKey issuer) {
    return genuine.computeIfAbsent(
        new Signed(list, issuer),
        signed -> {
          try {
            signed.list().verify(signed.by());
            return true;
          } catch (GeneralSecurityException ofAnother) {
            // Another authority of the same name signed it, for example the one before a rotation.
            return false;
          }
        });
  }
}
