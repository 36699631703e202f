package dev.sluice.waypoint.jwt;

import static dev.sluice.waypoint.jwt.Tokens.EC;
import static dev.sluice.waypoint.jwt.Tokens.EC_OTHER;
import static dev.sluice.waypoint.jwt.Tokens.ISSUER;
import static dev.sluice.waypoint.jwt.Tokens.NOW;
import static dev.sluice.waypoint.jwt.Tokens.RSA;
import static dev.sluice.waypoint.jwt.Tokens.jwks;
import static dev.sluice.waypoint.jwt.Tokens.payload;
import static dev.sluice.waypoint.jwt.Tokens.policy;
import static dev.sluice.waypoint.jwt.Tokens.rule;
import static dev.sluice.waypoint.jwt.Tokens.signed;
import static dev.sluice.waypoint.jwt.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.RequestAuthentication.ClaimHeader;
import dev.sluice.engine.policy.RequestAuthentication.Forwarding;
import dev.sluice.engine.policy.RequestAuthentication.JwtRule;
import dev.sluice.engine.policy.RequestAuthentication.OriginalToken;
import dev.sluice.engine.policy.RequestAuthentication.TokenLocation;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenValidatorTest {

  private static TokenOutcome validate(TokenSource request, JwtRule... rules) {
    return TokenValidator.of(List.of(policy(rules))).validate(request, Instant.ofEpochSecond(NOW));
  }

  private static Credential credential(String token, JwtRule... rules) {
    return validate(Request.bearer(token), rules).credential();
  }

  @Test
  void valid_tokens_of_every_key_type_are_accepted() throws Exception {
    var p384 = Tokens.ec(Curve.P_384, "p384");
    var secret = new OctetSequenceKey.Builder(new byte[64]).keyID("s").build();

    assertThat(credential(token(), rule())).isInstanceOf(Credential.Valid.class);
    for (var algorithm :
        List.of(JWSAlgorithm.RS256, JWSAlgorithm.RS512, JWSAlgorithm.PS256, JWSAlgorithm.PS384)) {
      assertThat(credential(signed(RSA, algorithm, payload()), rule()))
          .isInstanceOf(Credential.Valid.class);
    }
    assertThat(
            credential(
                signed(p384, JWSAlgorithm.ES384, payload()), rule(ISSUER, jwks(p384), List.of())))
        .isInstanceOf(Credential.Valid.class);
    assertThat(
            credential(
                signed(secret, JWSAlgorithm.HS256, payload()),
                rule(ISSUER, jwks(secret), List.of())))
        .isInstanceOf(Credential.Valid.class);
  }

  @Test
  void an_ed25519_token_is_accepted_and_a_changed_one_is_not() throws Exception {
    var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] der = pair.getPublic().getEncoded();
    byte[] point = Arrays.copyOfRange(der, der.length - 32, der.length);
    String x = Base64.getUrlEncoder().withoutPadding().encodeToString(point);
    String jwks =
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + x + "\",\"kid\":\"ed\"}]}";
    String body = Tokens.base64("{\"alg\":\"EdDSA\"}") + "." + Tokens.base64(payload());
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(pair.getPrivate());
    signer.update(body.getBytes(StandardCharsets.US_ASCII));
    String signature = Base64.getUrlEncoder().withoutPadding().encodeToString(signer.sign());

    assertThat(credential(body + "." + signature, rule(ISSUER, jwks, List.of())))
        .isInstanceOf(Credential.Valid.class);
    assertThat(
            credential(
                Tokens.base64("{\"alg\":\"EdDSA\"}")
                    + "."
                    + Tokens.base64(payload("sub", "mallory"))
                    + "."
                    + signature,
                rule(ISSUER, jwks, List.of())))
        .isInstanceOf(Credential.Invalid.class);
  }

  @Test
  void no_token_is_absent_and_other_schemes_are_no_token() {
    assertThat(validate(new Request(Map.of(), ""), rule()).credential())
        .isEqualTo(new Credential.Absent());
    assertThat(
            validate(
                    new Request(Map.of("authorization", List.of("Basic YWxpY2U6eA==")), ""), rule())
                .credential())
        .isEqualTo(new Credential.Absent());
  }

  @Test
  void times_are_forgiven_by_a_minute() {
    assertThat(credential(token("exp", NOW - 59), rule())).isInstanceOf(Credential.Valid.class);
    assertThat(credential(token("nbf", NOW + 59), rule())).isInstanceOf(Credential.Valid.class);
    assertThat(credential(token("exp", NOW + 0.5), rule())).isInstanceOf(Credential.Valid.class);
  }

  @Test
  void a_key_location_in_the_header_is_ignored() throws Exception {
    var header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .jwkURL(URI.create("http://127.0.0.1:1/keys"))
            .jwk(EC_OTHER.toPublicJWK())
            .build();

    assertThat(credential(signed(EC_OTHER, header, payload()), rule()))
        .isInstanceOf(Credential.Invalid.class);
    assertThat(credential(signed(EC, header, payload()), rule()))
        .isInstanceOf(Credential.Valid.class);
  }

  @Test
  void an_audience_among_several_suffices_and_a_foreign_one_is_refused() {
    assertThat(credential(token("aud", List.of("x", "api")), rule()))
        .isInstanceOf(Credential.Valid.class);
    assertThat(credential(token("aud", "other"), rule()))
        .isInstanceOf(Credential.WrongAudience.class);
    assertThat(credential(token("aud", "absent"), rule()))
        .isInstanceOf(Credential.WrongAudience.class);
    assertThat(credential(token("aud", List.of(7)), rule()))
        .isInstanceOf(Credential.WrongAudience.class);
    JwtRule any = new JwtRule(ISSUER, List.of(), jwks(EC), List.of(), Forwarding.none());
    assertThat(credential(token("aud", "other"), any)).isInstanceOf(Credential.Valid.class);
  }

  @Test
  void weak_confusing_or_foreign_keys_make_every_token_invalid() {
    var weak = Tokens.rsa(1024);
    var secret = new OctetSequenceKey.Builder(new byte[64]).build();
    String encryption = jwks(EC).replace("\"kty\"", "\"use\":\"enc\",\"kty\"");
    String otherAlgorithm = jwks(RSA).replace("\"kty\"", "\"alg\":\"PS512\",\"kty\"");

    assertThat(
            credential(
                signed(weak, JWSAlgorithm.RS256, payload()), rule(ISSUER, jwks(weak), List.of())))
        .isInstanceOf(Credential.Invalid.class);
    assertThat(credential(token(), rule(ISSUER, jwks(EC, secret), List.of())))
        .isInstanceOf(Credential.Invalid.class);
    assertThat(credential(token(), rule(ISSUER, encryption, List.of())))
        .isInstanceOf(Credential.Invalid.class);
    assertThat(
            credential(
                signed(RSA, JWSAlgorithm.RS256, payload()),
                rule(ISSUER, otherAlgorithm, List.of())))
        .isInstanceOf(Credential.Invalid.class);
    assertThat(credential(token(), rule(ISSUER, "not json", List.of())))
        .isInstanceOf(Credential.Invalid.class);
  }

  @Test
  void two_keys_with_one_id_are_both_tried() {
    JwtRule both = rule(ISSUER, jwks(EC_OTHER, EC), List.of());

    assertThat(credential(Tokens.withKeyId("ec"), both)).isInstanceOf(Credential.Valid.class);
  }

  @Test
  void a_token_is_found_where_the_rule_says_and_only_there() {
    JwtRule custom =
        rule(
            List.of(
                new TokenLocation.FromHeader("X-Token", "jwt "),
                new TokenLocation.FromParameter("t"),
                new TokenLocation.FromCookie("session")),
            Forwarding.none());
    String token = token();

    assertThat(validate(new Request(Map.of("x-token", List.of("jwt " + token)), ""), custom))
        .extracting(TokenOutcome::credential)
        .isInstanceOf(Credential.Valid.class);
    assertThat(validate(new Request(Map.of("x-token", List.of(token)), ""), custom).credential())
        .isEqualTo(new Credential.Absent());
    assertThat(validate(new Request(Map.of(), "a=1&t=" + token), custom).credential())
        .isInstanceOf(Credential.Valid.class);
    assertThat(
            validate(new Request(Map.of("cookie", List.of("a=b; session=" + token)), ""), custom)
                .credential())
        .isInstanceOf(Credential.Valid.class);
    assertThat(validate(Request.bearer(token), custom).credential())
        .isEqualTo(new Credential.Absent());
    assertThat(validate(new Request(Map.of(), "access_token=" + token), rule()).credential())
        .isInstanceOf(Credential.Valid.class);
  }

  @Test
  void one_valid_token_suffices_beside_an_invalid_one_elsewhere() {
    JwtRule second =
        rule(
            "https://second.example",
            jwks(EC_OTHER),
            List.of(new TokenLocation.FromHeader("x-second", "")));
    var request =
        new Request(
            Map.of(
                "authorization", List.of("Bearer " + token()),
                "x-second", List.of("garbage")),
            "");

    assertThat(validate(request, rule(), second).credential()).isInstanceOf(Credential.Valid.class);
    var bothWrong =
        new Request(Map.of("authorization", List.of("Bearer x"), "x-second", List.of("y")), "");
    assertThat(validate(bothWrong, rule(), second).credential())
        .isInstanceOf(Credential.Invalid.class);
  }

  @Test
  void two_different_tokens_for_one_issuer_are_invalid_and_twice_the_same_is_not() {
    String one = token();
    String two = token("sub", "bob");

    assertThat(
            validate(
                    new Request(
                        Map.of("authorization", List.of("Bearer " + one)), "access_token=" + two),
                    rule())
                .credential())
        .isInstanceOf(Credential.Invalid.class);
    assertThat(
            validate(
                    new Request(
                        Map.of("authorization", List.of("Bearer " + one)), "access_token=" + one),
                    rule())
                .credential())
        .isInstanceOf(Credential.Valid.class);
  }

  @Test
  void claims_keep_their_shape() {
    String token =
        token(
            "scope",
            "read write",
            "groups",
            List.of("staff", 7),
            "realm",
            Map.of("roles", List.of("admin"), "level", 3),
            "name",
            "read write",
            "age",
            42);
    var claims = ((Credential.Valid) credential(token, rule())).claims();

    assertThat(claims.at(List.of("scope")))
        .isEqualTo(new ClaimValue.Texts(List.of("read", "write")));
    assertThat(claims.at(List.of("groups"))).isEqualTo(new ClaimValue.Texts(List.of("staff")));
    assertThat(claims.at(List.of("realm", "roles")))
        .isEqualTo(new ClaimValue.Texts(List.of("admin")));
    assertThat(claims.at(List.of("name"))).isEqualTo(new ClaimValue.Text("read write"));
    assertThat(claims.at(List.of("age"))).isEqualTo(new ClaimValue.Other());
  }

  @Test
  void the_token_is_stripped_and_derived_headers_of_the_client_never_pass() {
    var forwarding =
        new Forwarding(
            OriginalToken.STRIPPED,
            "X-Payload",
            List.of(
                new ClaimHeader("X-Role", "realm.role"),
                new ClaimHeader("X-Level", "level"),
                new ClaimHeader("X-Evil", "evil")),
            List.of());
    JwtRule rule = rule(List.of(), forwarding);
    String token = token("realm", Map.of("role", "clerk"), "level", 3, "evil", "a\r\nb: c");
    TokenOutcome outcome = validate(Request.bearer(token), rule);

    assertThat(outcome.edits().removeHeaders())
        .containsExactlyInAnyOrder("authorization", "x-payload", "x-role", "x-level", "x-evil");
    assertThat(outcome.edits().setHeaders())
        .containsEntry("x-role", "clerk")
        .containsEntry("x-level", "3")
        .containsEntry("x-payload", token.split("\\.", -1)[1])
        .doesNotContainKey("x-evil");
    assertThat(validate(new Request(Map.of(), ""), rule).edits().removeHeaders())
        .containsExactlyInAnyOrder("x-payload", "x-role", "x-level", "x-evil");
  }

  @Test
  void a_forwarded_token_stays() {
    var forwarding = new Forwarding(OriginalToken.FORWARDED, "", List.of(), List.of());

    assertThat(validate(Request.bearer(token()), rule(List.of(), forwarding)).edits())
        .isEqualTo(TokenEdits.none());
    assertThat(
            validate(new Request(Map.of(), "access_token=" + token()), rule())
                .edits()
                .removeParameters())
        .containsExactly("access_token");
  }

  @Test
  void a_remembered_token_still_expires() {
    var validator = TokenValidator.of(List.of(policy(rule())));
    var request = Request.bearer(token());

    assertThat(validator.validate(request, Instant.ofEpochSecond(NOW)).credential())
        .isInstanceOf(Credential.Valid.class);
    assertThat(validator.validate(request, Instant.ofEpochSecond(NOW + 600 + 61)).credential())
        .isInstanceOf(Credential.Invalid.class);
  }

  @Test
  void parameters_and_cookies_are_removed_without_touching_the_others() {
    assertThat(QueryText.without("a=1&t=x&b=%20&t=y", Set.of("t"))).isEqualTo("a=1&b=%20");
    assertThat(QueryText.without("%74=x&a", Set.of("t"))).isEqualTo("a");
    assertThat(CookieText.without("a=1; s=2;b=3", Set.of("s"))).isEqualTo("a=1; b=3");
    assertThat(CookieText.without("s=2", Set.of("s"))).isEmpty();
  }
}
