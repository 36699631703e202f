package dev.sluice.controlplane.ca;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/// Builds and reads the X.509 certificates of the authority.
final class Certificates {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SERIAL_BITS = 127;
  private static final Duration ROOT_VALIDITY = Duration.ofDays(3650);

  /// A peer whose clock is this much behind still accepts a fresh certificate.
  private static final Duration BACKDATE = Duration.ofMinutes(2);

  private Certificates() {}

  record Root(X509Certificate certificate, PrivateKey key) {}

  record Window(Instant from, Instant to) {}

  static Root root(TrustDomain trustDomain, Instant now) {
    KeyPair pair = WorkloadKeys.pair();
    SubjectPublicKeyInfo subject = SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
    X500Name name = new X500Name("O=" + trustDomain.name());
    X509v3CertificateBuilder builder =
        builder(name, name, subject, new Window(now, now.plus(ROOT_VALIDITY)));
    try {
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
          .addExtension(
              Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
          .addExtension(
              Extension.subjectKeyIdentifier,
              false,
              new JcaX509ExtensionUtils().createSubjectKeyIdentifier(subject))
          .addExtension(
              Extension.subjectAlternativeName, false, uri("spiffe://" + trustDomain.name()));
      return new Root(sign(builder, pair.getPrivate()), pair.getPrivate());
    } catch (IOException e) {
      throw new UncheckedIOException("a root has an encoding", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has SHA-1 and P-256", e);
    }
  }

  static X509Certificate leaf(Root root, SubjectPublicKeyInfo subject, SpiffeId id, Window window) {
    X500Name issuer =
        X500Name.getInstance(root.certificate().getSubjectX500Principal().getEncoded());
    X509v3CertificateBuilder builder = builder(issuer, new X500Name(""), subject, window);
    try {
      JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
          .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
          .addExtension(
              Extension.extendedKeyUsage,
              false,
              new ExtendedKeyUsage(
                  new KeyPurposeId[] {
                    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                  }))
          .addExtension(
              Extension.authorityKeyIdentifier,
              false,
              identifiers.createAuthorityKeyIdentifier(root.certificate()))
          // RFC 5280 §4.2.1.6: critical, because the subject is empty.
          .addExtension(Extension.subjectAlternativeName, true, uri(id.uri()));
      return sign(builder, root.key());
    } catch (IOException e) {
      throw new UncheckedIOException("a leaf has an encoding", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has SHA-1 and P-256", e);
    }
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, SubjectPublicKeyInfo key, Window window) {
    return new X509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
        Date.from(window.from().minus(BACKDATE)),
        Date.from(window.to()),
        subject,
        key);
  }

  private static GeneralNames uri(String uri) {
    return new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws IOException, GeneralSecurityException {
    try {
      X509CertificateHolder holder =
          builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key));
      return parse(holder.getEncoded());
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static X509Certificate parse(byte[] bytes) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(bytes));
  }

  static Root readRoot(String certificatePem, String keyPem)
      throws IOException, GeneralSecurityException {
    X509Certificate certificate = parse(certificatePem.getBytes(StandardCharsets.US_ASCII));
    PemObject block;
    try (PemReader reader = new PemReader(new StringReader(keyPem))) {
      block = reader.readPemObject();
    }
    if (block == null || !block.getType().equals("PRIVATE KEY")) {
      throw new IOException("the key file holds no PKCS#8 private key");
    }
    PrivateKey key =
        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(block.getContent()));
    byte[] probe = certificate.getEncoded();
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    signature.update(probe);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(probe);
    if (!signature.verify(signed)) {
      throw new IOException("the key file is not the key of the certificate");
    }
    return new Root(certificate, key);
  }

  /// Whether `certificate` may sign and names the trust domain in its URI SAN.
  static boolean isRootOf(X509Certificate certificate, TrustDomain trustDomain) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return certificate.getBasicConstraints() >= 0
          && names != null
          && names.stream().anyMatch(n -> ("spiffe://" + trustDomain.name()).equals(n.get(1)));
    } catch (GeneralSecurityException e) {
      // Names that cannot be read name no trust domain, and the authority is refused.
      return false;
    }
  }
}
