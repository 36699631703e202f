package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TokensTest {

  private static final Path JWK =
      Path.of(Objects.requireNonNull(System.getProperty("sluice.root")))
          .resolve("examples/shop/tokens/signing-key.jwk");

  private static boolean isSigned(String token) throws IOException, GeneralSecurityException {
    var jwk = Json.parse(Files.readString(JWK)).orElseThrow();
    var parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    var point = new ECPoint(number(jwk.path("x").asText()), number(jwk.path("y").asText()));
    var curve = parameters.getParameterSpec(ECParameterSpec.class);
    var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initVerify(
        KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve)));
    int dot = token.lastIndexOf('.');
    signature.update(token.substring(0, dot).getBytes(StandardCharsets.US_ASCII));
    return signature.verify(Base64.getUrlDecoder().decode(token.substring(dot + 1)));
  }

  private static BigInteger number(String base64) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(base64));
  }

  @Test
  void a_minted_token_is_signed_by_the_shops_key_and_a_forged_one_is_not()
      throws IOException, GeneralSecurityException {
    var tokens = Tokens.load(JWK, Instant.ofEpochSecond(1_000));
    assertThat(isSigned(tokens.clerk())).isTrue();
    assertThat(isSigned(tokens.forged())).isFalse();
  }

  @Test
  void a_token_says_for_whom_it_is_and_until_when() throws IOException {
    String token = Tokens.load(JWK, Instant.ofEpochSecond(1_000)).mint("shop-orders", "guest");
    byte[] payload = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
    var claims = Json.parse(new String(payload, StandardCharsets.UTF_8)).orElseThrow();
    assertThat(claims.path("aud").asText()).isEqualTo("shop-orders");
    assertThat(claims.path("role").asText()).isEqualTo("guest");
    assertThat(claims.path("exp").asLong()).isEqualTo(4_600);
  }
}
