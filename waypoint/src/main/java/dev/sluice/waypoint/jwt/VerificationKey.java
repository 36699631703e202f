package dev.sluice.waypoint.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A key of a JWK set with the algorithms its type permits; the token only chooses among those.
record VerificationKey(@Nullable String id, Set<String> algorithms, Check check) {

  private static final Set<String> RSA =
      Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");
  private static final Set<String> HMAC = Set.of("HS256", "HS384", "HS512");
  private static final Set<String> EDWARDS = Set.of("EdDSA", "Ed25519");
  private static final int SMALLEST_RSA_BITS = 2048;
  private static final int SMALLEST_SECRET_BYTES = 32;

  /// The DER of a SubjectPublicKeyInfo for Ed25519 up to the 32 key bytes (RFC 8410 §4).
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  /// Verifies a signature over the signed bytes.
  @FunctionalInterface
  interface Check {
    boolean verifies(String algorithm, byte[] signed, byte[] signature)
        throws GeneralSecurityException, JOSEException;
  }

  /// Whether this key may be tried for a token.
  boolean fits(CompactToken token) {
    return algorithms.contains(token.algorithm())
        && (id == null || token.keyId() == null || id.equals(token.keyId()));
  }

  /// Whether the token's signature is this key's.
  boolean verifies(CompactToken token) {
    try {
      return check.verifies(token.algorithm(), token.signed(), token.signature());
    } catch (GeneralSecurityException | JOSEException malformedSignature) {
      return false;
    }
  }

  /// The usable key that a JWK describes; empty when it is weak, not for signatures, or unknown.
  static Optional<VerificationKey> from(JWK jwk) {
    if (jwk.getKeyUse() != null && !jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
      return Optional.empty();
    }
    if (jwk.getKeyOperations() != null && !jwk.getKeyOperations().contains(KeyOperation.VERIFY)) {
      return Optional.empty();
    }
    try {
      Set<String> algorithms = algorithms(jwk);
      return algorithms.isEmpty()
          ? Optional.empty()
          : Optional.of(new VerificationKey(jwk.getKeyID(), algorithms, check(jwk)));
    } catch (GeneralSecurityException | JOSEException | IllegalArgumentException unusable) {
      return Optional.empty();
    }
  }

  private static Set<String> algorithms(JWK jwk) throws JOSEException {
    Set<String> byType =
        switch (jwk) {
          case RSAKey rsa -> isStrong(rsa.toRSAPublicKey()) ? RSA : Set.of();
          case ECKey ec -> curveAlgorithm(ec.getCurve());
          case OctetKeyPair pair -> Curve.Ed25519.equals(pair.getCurve()) ? EDWARDS : Set.of();
          case OctetSequenceKey secret ->
              secret.toByteArray().length >= SMALLEST_SECRET_BYTES ? HMAC : Set.of();
          default -> Set.of();
        };
    if (jwk.getAlgorithm() == null) {
      return byType;
    }
    String named = jwk.getAlgorithm().getName();
    return byType.contains(named) ? (byType.equals(EDWARDS) ? EDWARDS : Set.of(named)) : Set.of();
  }

  private static boolean isStrong(RSAPublicKey key) {
    BigInteger exponent = key.getPublicExponent();
    return key.getModulus().bitLength() >= SMALLEST_RSA_BITS
        && exponent.testBit(0)
        && exponent.compareTo(BigInteger.TWO) > 0;
  }

  private static Set<String> curveAlgorithm(Curve curve) {
    if (curve.equals(Curve.P_256)) {
      return Set.of("ES256");
    }
    if (curve.equals(Curve.P_384)) {
      return Set.of("ES384");
    }
    return curve.equals(Curve.P_521) ? Set.of("ES512") : Set.of();
  }

  private static Check check(JWK jwk) throws GeneralSecurityException, JOSEException {
    return switch (jwk) {
      case RSAKey rsa -> by(new RSASSAVerifier(rsa.toRSAPublicKey()));
      case ECKey ec -> by(new ECDSAVerifier(ec.toECPublicKey()));
      case OctetSequenceKey secret -> by(new MACVerifier(secret.toByteArray()));
      case OctetKeyPair pair -> byEdwards(pair);
      default -> throw new JOSEException("unknown key type");
    };
  }

  private static Check by(JWSVerifier verifier) {
    return (algorithm, signed, signature) ->
        verifier.verify(
            new JWSHeader(JWSAlgorithm.parse(algorithm)), signed, Base64URL.encode(signature));
  }

  private static Check byEdwards(OctetKeyPair pair) throws GeneralSecurityException {
    byte[] point = pair.getDecodedX();
    byte[] der = new byte[ED25519_PREFIX.length + point.length];
    System.arraycopy(ED25519_PREFIX, 0, der, 0, ED25519_PREFIX.length);
    System.arraycopy(point, 0, der, ED25519_PREFIX.length, point.length);
    PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der));
    return (_, signed, signature) -> {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key);
      verifier.update(signed);
      return verifier.verify(signature);
    };
  }
}
