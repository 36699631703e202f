package dev.sluice.runtime.identity;

import dev.sluice.engine.identity.SpiffeId;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;

/// A fresh ECDSA P-256 key of a workload and the PKCS#10 request to certify it: no subject, one
/// critical URI SAN. Source: RFC 2986, and ztunnel's requests.
public record SigningRequest(PrivateKey key, PublicKey publicKey, String pem) {

  private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.oid(1, 2, 840, 10045, 4, 3, 2));
  private static final byte[] EXTENSION_REQUEST = Der.oid(1, 2, 840, 113549, 1, 9, 14);
  private static final byte[] SUBJECT_ALT_NAME = Der.oid(2, 5, 29, 17);
  private static final int URI = 6;

  /// Generates a key and the request for `id`.
  public static SigningRequest generate(SpiffeId id) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      byte[] info = info(id, pair.getPublic());
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(pair.getPrivate());
      signature.update(info);
      byte[] request = Der.sequence(info, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
      return new SigningRequest(
          pair.getPrivate(), pair.getPublic(), Pem.of("CERTIFICATE REQUEST", request));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has ECDSA P-256", e);
    }
  }

  private static byte[] info(SpiffeId id, PublicKey key) {
    byte[] names = Der.sequence(Der.taggedText(URI, id.uri()));
    byte[] extension = Der.sequence(SUBJECT_ALT_NAME, Der.yes(), Der.octets(names));
    byte[] attribute = Der.sequence(EXTENSION_REQUEST, Der.set(Der.sequence(extension)));
    byte[] noSubject = Der.sequence();
    return Der.sequence(Der.zero(), noSubject, key.getEncoded(), Der.tagged(0, attribute));
  }

  @Override
  public String toString() {
    return "SigningRequest[hidden]";
  }
}
