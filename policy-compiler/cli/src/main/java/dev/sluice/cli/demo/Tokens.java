package dev.sluice.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/// Mints the tokens of the shop with its published demo key.
///
/// Source: RFC 7515 §3.1, RFC 7518 §3.4.
final class Tokens {

  private static final long LIFETIME_SECONDS = 3_600;
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final PrivateKey key;
  private final String keyId;
  private final Instant now;

  private Tokens(PrivateKey key, String keyId, Instant now) {
    this.key = key;
    this.keyId = keyId;
    this.now = now;
  }

  /// Reads the private JWK of the shop.
  static Tokens load(Path jwk, Instant now) throws IOException {
    JsonNode tree =
        Json.parse(Files.readString(jwk))
            .orElseThrow(() -> new IOException("`" + jwk + "` is no JSON"));
    var secret = new BigInteger(1, Base64.getUrlDecoder().decode(tree.path("d").asText()));
    try {
      var parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      var curve = parameters.getParameterSpec(ECParameterSpec.class);
      var key = KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(secret, curve));
      return new Tokens(key, tree.path("kid").asText(), now);
    } catch (GeneralSecurityException unusable) {
      throw new IOException("`" + jwk + "` is no P-256 key", unusable);
    }
  }

  /// A token of the shop's issuer for an audience, with a role.
  String mint(String audience, String role) {
    var claims =
        Map.of(
            "iss",
            "https://idp.shop.example",
            "sub",
            "alice",
            "aud",
            audience,
            "role",
            role,
            "iat",
            now.getEpochSecond(),
            "exp",
            now.getEpochSecond() + LIFETIME_SECONDS);
    String signed =
        encode(Json.line(Map.of("alg", "ES256", "kid", keyId, "typ", "JWT")))
            + "."
            + encode(Json.line(claims));
    return signed + "." + BASE64.encodeToString(sign(signed));
  }

  /// The token of somebody who may place orders.
  String clerk() {
    return mint("shop-orders", "clerk");
  }

  /// The clerk's token with a signature that somebody else made up.
  String forged() {
    String token = clerk();
    return token.substring(0, token.lastIndexOf('.') + 1)
        + BASE64.encodeToString(new byte[64]).replace('A', 'B');
  }

  private static String encode(String json) {
    return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] sign(String text) {
    try {
      var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return signature.sign();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("a P-256 key signs ES256", impossible);
    }
  }
}
