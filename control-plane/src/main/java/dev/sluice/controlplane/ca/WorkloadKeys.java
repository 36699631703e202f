package dev.sluice.controlplane.ca;

import dev.sluice.engine.identity.SpiffeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/// A fresh ECDSA P-256 key of a workload and the request to certify it.
///
/// The request has an empty subject and one critical URI SAN, the workload's identity.
public record WorkloadKeys(PrivateKey key, String requestPem) {

  /// Generates a key and the request for `id`.
  public static WorkloadKeys generate(SpiffeId id) {
    try {
      KeyPair pair = pair();
      ExtensionsGenerator extensions = new ExtensionsGenerator();
      extensions.addExtension(
          Extension.subjectAlternativeName,
          true,
          new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, id.uri())));
      byte[] request =
          new JcaPKCS10CertificationRequestBuilder(new X500Name(""), pair.getPublic())
              .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
              .getEncoded();
      return new WorkloadKeys(pair.getPrivate(), Pem.of("CERTIFICATE REQUEST", request));
    } catch (IOException e) {
      throw new UncheckedIOException("a request for `" + id + "` has an encoding", e);
    } catch (OperatorCreationException e) {
      throw new IllegalStateException("every Java runtime signs with ECDSA P-256", e);
    }
  }

  static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has P-256", e);
    }
  }

  /// The key as unencrypted PKCS#8 PEM.
  public String keyPem() {
    return Pem.of("PRIVATE KEY", key.getEncoded());
  }

  @Override
  public String toString() {
    return "WorkloadKeys[hidden]";
  }
}
