package dev.sluice.compiler.trust;

import dev.sluice.engine.bundle.SigningKey;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/// A private key in PKCS#8 that a passphrase protects (`ENCRYPTED PRIVATE KEY`).
///
/// Written with PBES2: PBKDF2 of HMAC-SHA-256 in 600,000 rounds, AES-256 in CBC mode. Read is what
/// OpenSSL writes, scrypt included. Source: RFC 8018, RFC 7914.
final class EncryptedKey {
  static final String PEM_TYPE = "ENCRYPTED PRIVATE KEY";
  private static final String PLAIN_TYPE = "PRIVATE KEY";
  private static final int ROUNDS = 600_000;

  private EncryptedKey() {}

  static boolean isEncrypted(String pem) {
    return pem.contains("-----BEGIN " + PEM_TYPE + "-----");
  }

  /// The key in `pem`; empty when the passphrase is wrong or it is no key. Wipes the passphrase.
  static Optional<SigningKey> decrypt(String pem, char[] passphrase) {
    try (var reader = new PemReader(new StringReader(pem))) {
      PemObject object = reader.readPemObject();
      if (object == null || !object.getType().equals(PEM_TYPE)) {
        return Optional.empty();
      }
      var decryptor =
          new JcePKCSPBEInputDecryptorProviderBuilder()
              .setProvider(new BouncyCastleProvider())
              .build(passphrase);
      PrivateKeyInfo plain =
          new PKCS8EncryptedPrivateKeyInfo(object.getContent()).decryptPrivateKeyInfo(decryptor);
      return SigningKey.parsePem(pem(PLAIN_TYPE, plain.getEncoded("DER")));
    } catch (IOException | PKCSException | RuntimeException wrong) {
      // a wrong passphrase shows as one of many failures; none may carry key text on
      return Optional.empty();
    } finally {
      Arrays.fill(passphrase, '\0');
    }
  }

  /// The key as encrypted PEM. Wipes the passphrase.
  static String encrypt(SigningKey key, char[] passphrase) {
    try (var reader = new PemReader(new StringReader(key.toPem()))) {
      OutputEncryptor encryptor =
          new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
              .setProvider(new BouncyCastleProvider())
              .setPRF(PKCS8Generator.PRF_HMACSHA256)
              .setIterationCount(ROUNDS)
              .setPassword(passphrase)
              .build();
      var plain = PrivateKeyInfo.getInstance(reader.readPemObject().getContent());
      byte[] encrypted = new PKCS8Generator(plain, encryptor).generate().getContent();
      return pem(PEM_TYPE, encrypted);
    } catch (IOException | OperatorCreationException impossible) {
      throw new IllegalStateException("cannot encrypt a key in memory", impossible);
    } finally {
      Arrays.fill(passphrase, '\0');
    }
  }

  private static String pem(String type, byte[] der) {
    var text = new StringWriter();
    try (var writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(type, der));
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory", impossible);
    }
    return text.toString();
  }
}
