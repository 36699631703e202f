package dev.sluice.engine.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyTest {
  private static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.UTF_8);

  @ParameterizedTest
  @EnumSource(KeyAlgorithm.class)
  void a_signature_verifies_and_any_change_of_it_does_not(KeyAlgorithm algorithm) {
    SigningKey key = Lab.keys(algorithm, 1).getFirst();
    byte[] signature = key.sign(MESSAGE);

    assertThat(key.publicKey().verifies(MESSAGE, signature)).isTrue();
    for (int i = 0; i < signature.length; i++) {
      byte[] changed = signature.clone();
      changed[i] ^= 1;
      assertThat(key.publicKey().verifies(MESSAGE, changed)).as("byte %d", i).isFalse();
    }
    assertThat(key.publicKey().verifies(MESSAGE, new byte[0])).isFalse();
    assertThat(key.publicKey().verifies(MESSAGE, Arrays.copyOf(signature, signature.length + 1)))
        .isFalse();
  }

  @ParameterizedTest
  @EnumSource(KeyAlgorithm.class)
  void a_key_survives_its_file_form(KeyAlgorithm algorithm) {
    SigningKey key = Lab.keys(algorithm, 1).getFirst();
    SigningKey read = SigningKey.parsePem(key.toPem()).orElseThrow();

    assertThat(read.publicKey()).isEqualTo(key.publicKey());
    assertThat(key.publicKey().verifies(MESSAGE, read.sign(MESSAGE))).isTrue();
    assertThat(key.toString())
        .doesNotContain(key.toPem().lines().skip(1).findFirst().orElseThrow());
  }

  @ParameterizedTest
  @EnumSource(KeyAlgorithm.class)
  void other_implementations_read_our_keys_and_signatures(KeyAlgorithm algorithm)
      throws GeneralSecurityException {
    SigningKey key = Lab.keys(algorithm, 1).getFirst();
    KeyFactory factory =
        KeyFactory.getInstance(algorithm == KeyAlgorithm.ED25519 ? "Ed25519" : "EC");
    PublicKey publicKey =
        factory.generatePublic(new X509EncodedKeySpec(key.publicKey().spki().toArray()));
    Signature verifier = signature(algorithm);
    verifier.initVerify(publicKey);
    verifier.update(MESSAGE);
    assertThat(verifier.verify(key.sign(MESSAGE))).isTrue();

    String body =
        key.toPem().lines().filter(line -> !line.startsWith("-")).reduce("", String::concat);
    Signature signer = signature(algorithm);
    signer.initSign(
        factory.generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body))));
    signer.update(MESSAGE);
    assertThat(key.publicKey().verifies(MESSAGE, signer.sign())).isTrue();
  }

  private static Signature signature(KeyAlgorithm algorithm) throws GeneralSecurityException {
    return Signature.getInstance(algorithm == KeyAlgorithm.ED25519 ? "Ed25519" : "SHA256withECDSA");
  }

  @Test
  void ed25519_agrees_with_rfc_8032() {
    // RFC 8032 §7.1, test 2
    byte[] spki =
        HexFormat.of()
            .parseHex(
                "302a300506032b6570032100"
                    + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    byte[] signature =
        HexFormat.of()
            .parseHex(
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                    + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

    VerificationKey key = VerificationKey.parse(KeyAlgorithm.ED25519, spki).orElseThrow();
    assertThat(key.verifies(new byte[] {0x72}, signature)).isTrue();
    assertThat(key.id()).isEqualTo(Digest.of(spki).hex());
  }

  @Test
  void a_public_key_has_one_encoding() {
    byte[] p256 = Lab.keys(KeyAlgorithm.ECDSA_P256, 1).getFirst().publicKey().spki().toArray();
    byte[] compressed = Arrays.copyOf(p256, p256.length - 32);
    compressed[compressed.length - 33] = 2;
    byte[] offCurve = p256.clone();
    offCurve[p256.length - 1] ^= 1;
    byte[] smallOrder = new byte[44];
    System.arraycopy(HexFormat.of().parseHex("302a300506032b6570032100"), 0, smallOrder, 0, 12);
    smallOrder[12] = 1;

    assertThat(VerificationKey.parse(KeyAlgorithm.ECDSA_P256, p256)).isPresent();
    assertThat(VerificationKey.parse(KeyAlgorithm.ED25519, p256)).isEmpty();
    assertThat(VerificationKey.parse(KeyAlgorithm.ECDSA_P256, compressed)).isEmpty();
    assertThat(VerificationKey.parse(KeyAlgorithm.ECDSA_P256, offCurve)).isEmpty();
    assertThat(VerificationKey.parse(KeyAlgorithm.ED25519, smallOrder)).isEmpty();
    assertThat(VerificationKey.parse(KeyAlgorithm.ED25519, new byte[0])).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
      })
  void text_that_is_no_key_gives_none(String pem) {
    assertThat(SigningKey.parsePem(pem)).isEmpty();
  }
}
