package dev.sluice.engine.bundle;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.DSADigestSigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/// A public key with its algorithm; two keys are equal when their SubjectPublicKeyInfo is.
///
/// Only one encoding of each key is accepted (P-256: named curve, uncompressed point), so that one
/// private key can never count as two. Source: RFC 8410, RFC 5480.
public final class VerificationKey {
  private static final String PEM_TYPE = "PUBLIC KEY";
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
  private static final byte[] P256_PREFIX =
      HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");
  private static final int P256_POINT = 65;
  static final ECNamedDomainParameters P256 =
      ECNamedDomainParameters.lookup(SECObjectIdentifiers.secp256r1);

  private final String id;
  private final KeyAlgorithm algorithm;
  private final Bytes spki;
  private final AsymmetricKeyParameter parameters;

  private VerificationKey(KeyAlgorithm algorithm, Bytes spki, AsymmetricKeyParameter parameters) {
    this.id = spki.digest().hex();
    this.algorithm = algorithm;
    this.spki = spki;
    this.parameters = parameters;
  }

  /// Reads a SubjectPublicKeyInfo in DER; empty when it is not a valid key of that algorithm in its
  /// one accepted encoding.
  public static Optional<VerificationKey> parse(KeyAlgorithm algorithm, byte[] spki) {
    byte[] copy = spki.clone();
    try {
      Optional<? extends AsymmetricKeyParameter> parameters =
          switch (algorithm) {
            case ED25519 -> ed25519(copy);
            case ECDSA_P256 -> p256(copy);
          };
      return parameters.map(key -> new VerificationKey(algorithm, Bytes.owned(copy), key));
    } catch (IllegalArgumentException notAPoint) {
      return Optional.empty();
    }
  }

  /// Reads one `PUBLIC KEY` in PEM (RFC 7468); empty when it is none of a supported algorithm.
  public static Optional<VerificationKey> parsePem(String pem) {
    try (var reader = new PemReader(new StringReader(pem))) {
      PemObject object = reader.readPemObject();
      if (object == null || !object.getType().equals(PEM_TYPE)) {
        return Optional.empty();
      }
      return Stream.of(KeyAlgorithm.values())
          .flatMap(algorithm -> parse(algorithm, object.getContent()).stream())
          .findFirst();
    } catch (IOException | RuntimeException notAKey) {
      // the library reports malformed text by exceptions of many kinds
      return Optional.empty();
    }
  }

  /// The SubjectPublicKeyInfo in PEM.
  public String toPem() {
    var text = new StringWriter();
    try (var writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(PEM_TYPE, spki.toArray()));
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory", impossible);
    }
    return text.toString();
  }

  private static Optional<AsymmetricKeyParameter> ed25519(byte[] spki) {
    if (!hasShape(spki, ED25519_PREFIX, Ed25519.PUBLIC_KEY_SIZE)
        || !Ed25519.validatePublicKeyFull(spki, ED25519_PREFIX.length)) {
      return Optional.empty();
    }
    return Optional.of(new Ed25519PublicKeyParameters(spki, ED25519_PREFIX.length));
  }

  private static Optional<AsymmetricKeyParameter> p256(byte[] spki) {
    if (!hasShape(spki, P256_PREFIX, P256_POINT) || spki[P256_PREFIX.length] != 4) {
      return Optional.empty();
    }
    byte[] point = Arrays.copyOfRange(spki, P256_PREFIX.length, spki.length);
    return Optional.of(new ECPublicKeyParameters(P256.getCurve().decodePoint(point), P256));
  }

  private static boolean hasShape(byte[] spki, byte[] prefix, int rest) {
    return spki.length == prefix.length + rest
        && Arrays.equals(spki, 0, prefix.length, prefix, 0, prefix.length);
  }

  static VerificationKey of(Ed25519PublicKeyParameters key) {
    return parse(KeyAlgorithm.ED25519, concat(ED25519_PREFIX, key.getEncoded())).orElseThrow();
  }

  static VerificationKey of(ECPublicKeyParameters key) {
    return parse(KeyAlgorithm.ECDSA_P256, concat(P256_PREFIX, key.getQ().getEncoded(false)))
        .orElseThrow();
  }

  private static byte[] concat(byte[] prefix, byte[] rest) {
    byte[] all = Arrays.copyOf(prefix, prefix.length + rest.length);
    System.arraycopy(rest, 0, all, prefix.length, rest.length);
    return all;
  }

  /// The SHA-256 of the SubjectPublicKeyInfo in hexadecimal.
  public String id() {
    return id;
  }

  /// What the key signs with.
  public KeyAlgorithm algorithm() {
    return algorithm;
  }

  /// The SubjectPublicKeyInfo in DER.
  public Bytes spki() {
    return spki;
  }

  /// Whether `signature` is this key's signature of `message`.
  public boolean verifies(byte[] message, byte[] signature) {
    Signer signer = signer(algorithm);
    signer.init(false, parameters);
    signer.update(message, 0, message.length);
    return signer.verifySignature(signature);
  }

  /// A signer of the algorithm; ECDSA nonces are deterministic (RFC 6979).
  static Signer signer(KeyAlgorithm algorithm) {
    return switch (algorithm) {
      case ED25519 -> new Ed25519Signer();
      case ECDSA_P256 ->
          new DSADigestSigner(
              new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest())),
              new SHA256Digest(),
              StandardDSAEncoding.INSTANCE);
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerificationKey key && spki.equals(key.spki);
  }

  @Override
  public int hashCode() {
    return spki.hashCode();
  }

  @Override
  public String toString() {
    return algorithm.id() + " key " + id;
  }
}
