package dev.sluice.runtime.identity;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Reads and writes PEM text.
final class Pem {

  private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private Pem() {}

  /// The certificates of a text, in order; at least one.
  static List<X509Certificate> certificates(String pem) throws CertificateException {
    List<X509Certificate> found = new ArrayList<>();
    byte[] bytes = pem.getBytes(StandardCharsets.US_ASCII);
    for (Certificate certificate :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(bytes))) {
      found.add((X509Certificate) certificate);
    }
    if (found.isEmpty()) {
      throw new CertificateException("holds no certificate");
    }
    return found;
  }

  static String of(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + BASE64.encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }
}
