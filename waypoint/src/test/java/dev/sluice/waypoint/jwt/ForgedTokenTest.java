package dev.sluice.waypoint.jwt;

import static dev.sluice.waypoint.jwt.Tokens.EC;
import static dev.sluice.waypoint.jwt.Tokens.EC_OTHER;
import static dev.sluice.waypoint.jwt.Tokens.ISSUER;
import static dev.sluice.waypoint.jwt.Tokens.NOW;
import static dev.sluice.waypoint.jwt.Tokens.RSA;
import static dev.sluice.waypoint.jwt.Tokens.jwks;
import static dev.sluice.waypoint.jwt.Tokens.payload;
import static dev.sluice.waypoint.jwt.Tokens.raw;
import static dev.sluice.waypoint.jwt.Tokens.signed;
import static dev.sluice.waypoint.jwt.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.sluice.engine.policy.HttpRequest.Credential;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ForgedTokenTest {

  private static final String ES256 = token();
  private static final String SIGNED = ES256.substring(0, ES256.lastIndexOf('.'));
  private static final String SIGNATURE = ES256.substring(ES256.lastIndexOf('.') + 1);

  static Stream<Arguments> algorithms() {
    String none = Tokens.base64("{\"alg\":\"none\"}") + "." + Tokens.base64(payload());
    byte[] publicKey = jwks(RSA).getBytes(StandardCharsets.UTF_8);
    var confusion = new OctetSequenceKey.Builder(publicKey).build();
    return Stream.of(
        Arguments.of("none without signature", none + "."),
        Arguments.of("none with a signature", none + "." + SIGNATURE),
        Arguments.of("nOnE", raw("{\"alg\":\"nOnE\"}", payload(), "")),
        Arguments.of("missing", raw("{}", payload(), SIGNATURE)),
        Arguments.of("in other case", raw("{\"alg\":\"es256\"}", payload(), SIGNATURE)),
        Arguments.of("not a text", raw("{\"alg\":1}", payload(), SIGNATURE)),
        Arguments.of("public key as secret", signed(confusion, JWSAlgorithm.HS256, payload())),
        Arguments.of("key of someone else", signed(EC_OTHER, JWSAlgorithm.ES256, payload())));
  }

  static Stream<Arguments> forms() {
    return Stream.of(
        Arguments.of("empty signature", SIGNED + "."),
        Arguments.of("all zero signature", SIGNED + "." + "A".repeat(86)),
        Arguments.of("signature cut short", ES256.substring(0, ES256.length() - 4)),
        Arguments.of("padded signature", ES256 + "=="),
        Arguments.of("signature with leftover bits", leftover(ES256)),
        Arguments.of("white space in a part", ES256.replaceFirst("\\.", ". ")),
        Arguments.of("two parts", SIGNED),
        Arguments.of("four parts", ES256 + ".x"),
        Arguments.of("five parts like an encrypted token", "a.b.c.d.e"),
        Arguments.of("empty", ""),
        Arguments.of("text", "hello"),
        Arguments.of("longer than 8 KiB", token("pad", "x".repeat(9000))));
  }

  /// Changes only the unused low bits of the last character.
  private static String leftover(String token) {
    char last = token.charAt(token.length() - 1);
    return token.substring(0, token.length() - 1) + (char) (last + 1);
  }

  static Stream<Arguments> contents() {
    var critical =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .customParam("x", 1)
            .criticalParams(Set.of("x"))
            .build();
    String duplicated = payload().replace("\"sub\":\"alice\"", "\"sub\":\"bob\",\"sub\":\"alice\"");
    String deep = payload().replace("\"alice\"", "[".repeat(40) + "]".repeat(40));
    return Stream.of(
        Arguments.of("unknown critical parameter", signed(EC, critical, payload())),
        Arguments.of("unknown key id", Tokens.withKeyId("other")),
        Arguments.of("key id that is a path", Tokens.withKeyId("../../dev/null")),
        Arguments.of("key id beyond 256 characters", Tokens.withKeyId("k".repeat(257))),
        Arguments.of("duplicate claim", signed(EC, JWSAlgorithm.ES256, duplicated)),
        Arguments.of("deeply nested claim", signed(EC, JWSAlgorithm.ES256, deep)),
        Arguments.of("payload not an object", signed(EC, JWSAlgorithm.ES256, "[]")),
        Arguments.of("text after the payload", signed(EC, JWSAlgorithm.ES256, payload() + "{}")));
  }

  static Stream<Arguments> claims() {
    return Stream.of(
        Arguments.of("expired beyond the skew", token("exp", NOW - 61)),
        Arguments.of("no expiry", token("exp", "absent")),
        Arguments.of("expiry as text", token("exp", String.valueOf(NOW + 60))),
        Arguments.of("expiry beyond all bounds", token("exp", 1e300)),
        Arguments.of("not yet valid beyond the skew", token("nbf", NOW + 61)),
        Arguments.of("other issuer", token("iss", "https://evil.example")),
        Arguments.of("issuer with a slash more", token("iss", ISSUER + "/")),
        Arguments.of("issuer in a list", token("iss", List.of(ISSUER))),
        Arguments.of("no issuer", token("iss", "absent")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"algorithms", "forms", "contents", "claims"})
  void a_token_that_cannot_be_believed_is_invalid(String what, String token) {
    var validator = TokenValidator.of(List.of(Tokens.policy(Tokens.rule())));
    var outcome = validator.validate(Request.bearer(token), Instant.ofEpochSecond(NOW));

    assertThat(outcome.credential()).as(what).isInstanceOf(Credential.Invalid.class);
  }
}
