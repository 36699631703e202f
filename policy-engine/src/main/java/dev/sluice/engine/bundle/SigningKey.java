package dev.sluice.engine.bundle;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/// A private key of a role; it never prints itself.
public final class SigningKey implements Signatory {
  private static final String PEM_TYPE = "PRIVATE KEY";
  private static final byte[] ED25519_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b657004220420");

  private final VerificationKey publicKey;
  private final AsymmetricKeyParameter parameters;

  private SigningKey(VerificationKey publicKey, AsymmetricKeyParameter parameters) {
    this.publicKey = publicKey;
    this.parameters = parameters;
  }

  /// A new key.
  public static SigningKey generate(KeyAlgorithm algorithm, SecureRandom random) {
    return switch (algorithm) {
      case ED25519 -> of(new Ed25519PrivateKeyParameters(random));
      case ECDSA_P256 -> {
        var generator = new ECKeyPairGenerator();
        generator.init(new ECKeyGenerationParameters(VerificationKey.P256, random));
        yield of((ECPrivateKeyParameters) generator.generateKeyPair().getPrivate());
      }
    };
  }

  /// Reads one PKCS#8 `PRIVATE KEY` in PEM (RFC 7468); empty when it is none of a supported
  /// algorithm.
  public static Optional<SigningKey> parsePem(String pem) {
    try (var reader = new PemReader(new StringReader(pem))) {
      PemObject object = reader.readPemObject();
      if (object == null || !object.getType().equals(PEM_TYPE)) {
        return Optional.empty();
      }
      return switch (PrivateKeyFactory.createKey(object.getContent())) {
        case Ed25519PrivateKeyParameters key -> Optional.of(of(key));
        case ECPrivateKeyParameters key when key.getParameters().equals(VerificationKey.P256) ->
            Optional.of(of(key));
        default -> Optional.empty();
      };
    } catch (IOException | RuntimeException notAKey) {
      // the library reports malformed keys by exceptions of many kinds; none may carry key text on
      return Optional.empty();
    }
  }

  private static SigningKey of(Ed25519PrivateKeyParameters key) {
    return new SigningKey(VerificationKey.of(key.generatePublicKey()), key);
  }

  private static SigningKey of(ECPrivateKeyParameters key) {
    var point = new FixedPointCombMultiplier().multiply(VerificationKey.P256.getG(), key.getD());
    return new SigningKey(
        VerificationKey.of(new ECPublicKeyParameters(point, VerificationKey.P256)), key);
  }

  @Override
  public VerificationKey publicKey() {
    return publicKey;
  }

  /// The PKCS#8 form in PEM: a secret.
  public String toPem() {
    var text = new StringWriter();
    try (var writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(PEM_TYPE, pkcs8()));
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory", impossible);
    }
    return text.toString();
  }

  private byte[] pkcs8() throws IOException {
    if (parameters instanceof Ed25519PrivateKeyParameters key) {
      // version 1 without the public key, which is what every reader of RFC 8410 understands
      byte[] seed = key.getEncoded();
      byte[] der = Arrays.copyOf(ED25519_PREFIX, ED25519_PREFIX.length + seed.length);
      System.arraycopy(seed, 0, der, ED25519_PREFIX.length, seed.length);
      return der;
    }
    return PrivateKeyInfoFactory.createPrivateKeyInfo(parameters).getEncoded("DER");
  }

  @Override
  public byte[] sign(byte[] message) {
    Signer signer = VerificationKey.signer(publicKey.algorithm());
    signer.init(true, parameters);
    signer.update(message, 0, message.length);
    try {
      return signer.generateSignature();
    } catch (CryptoException broken) {
      throw new IllegalStateException("cannot sign with " + publicKey, broken);
    }
  }

  @Override
  public String toString() {
    return "signing key of " + publicKey;
  }
}
