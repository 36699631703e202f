package dev.sluice.runtime.wire;

import java.io.StringWriter;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/// A self-signed certificate of a server of the control plane.
public record ServerCertificate(X509Certificate certificate, PrivateKey key) {

  /// Names: IP addresses, `spiffe://…` or DNS names.
  public static ServerCertificate of(String... names) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      KeyPair pair = generator.generateKeyPair();
      var name = new X500Name("CN=control plane");
      Instant now = Instant.now();
      var builder =
          new JcaX509v3CertificateBuilder(
                  name,
                  BigInteger.valueOf(now.toEpochMilli()),
                  Date.from(now.minusSeconds(60)),
                  Date.from(now.plusSeconds(3600)),
                  name,
                  pair.getPublic())
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
              .addExtension(
                  Extension.subjectAlternativeName,
                  false,
                  new GeneralNames(
                      Arrays.stream(names)
                          .map(ServerCertificate::name)
                          .toArray(GeneralName[]::new)));
      return new ServerCertificate(
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))),
          pair.getPrivate());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static GeneralName name(String text) {
    int type =
        text.startsWith("spiffe://")
            ? GeneralName.uniformResourceIdentifier
            : Character.isDigit(text.charAt(0)) ? GeneralName.iPAddress : GeneralName.dNSName;
    return new GeneralName(type, text);
  }

  public String pem() {
    var text = new StringWriter();
    try (var writer = new PemWriter(text)) {
      writer.writeObject(new PemObject("CERTIFICATE", certificate.getEncoded()));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return text.toString();
  }
}
