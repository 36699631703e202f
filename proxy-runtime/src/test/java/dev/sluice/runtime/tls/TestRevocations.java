package dev.sluice.runtime.tls;

import dev.sluice.runtime.identity.TestAuthority;
import dev.sluice.runtime.identity.WorkloadCertificate;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/// Revocation lists of a test's authority.
public final class TestRevocations {

  private TestRevocations() {}

  /// A list in PEM that revokes these certificates.
  public static String pem(TestAuthority authority, WorkloadCertificate... revoked) {
    return pem(
        authority.home(),
        Arrays.stream(revoked)
            .map(each -> each.leaf().getSerialNumber())
            .toArray(BigInteger[]::new));
  }

  /// The same of the authority in a directory.
  public static String pem(Path authority, BigInteger... revoked) {
    try (var certificate =
            new PEMParser(new StringReader(Files.readString(authority.resolve("ca-cert.pem"))));
        var key =
            new PEMParser(new StringReader(Files.readString(authority.resolve("ca-key.pem"))))) {
      var issuer = (X509CertificateHolder) certificate.readObject();
      var now = Date.from(Instant.now());
      var list = new X509v2CRLBuilder(issuer.getSubject(), now);
      for (BigInteger each : revoked) {
        list.addCRLEntry(each, now, 0);
      }
      var signer =
          new JcaContentSignerBuilder("SHA256withECDSA")
              .build(new JcaPEMKeyConverter().getPrivateKey((PrivateKeyInfo) key.readObject()));
      var text = new StringWriter();
      try (var writer = new PemWriter(text)) {
        writer.writeObject(new PemObject("X509 CRL", list.build(signer).getEncoded()));
      }
      return text.toString();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// Replaces a file at once.
  public static void write(Path file, String text) throws Exception {
    Path aside = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
    Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
