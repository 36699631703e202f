package dev.sluice.waypoint.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.RequestAuthentication;
import dev.sluice.engine.policy.RequestAuthentication.Forwarding;
import dev.sluice.engine.policy.RequestAuthentication.JwtRule;
import dev.sluice.engine.policy.RequestAuthentication.TokenLocation;
import dev.sluice.engine.policy.Scope;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Keys, tokens and rules for tests.
public final class Tokens {

  public static final String ISSUER = "https://idp.example";
  public static final long NOW = 1_800_000_000L;
  public static final ECKey EC = ec(Curve.P_256, "ec");
  public static final ECKey EC_OTHER = ec(Curve.P_256, "ec");
  public static final RSAKey RSA = rsa(2048);

  private Tokens() {}

  static ECKey ec(Curve curve, String id) {
    try {
      return new ECKeyGenerator(curve).keyID(id).generate();
    } catch (JOSEException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static RSAKey rsa(int bits) {
    try {
      return new RSAKeyGenerator(bits, true).keyID("rsa").generate();
    } catch (JOSEException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// A payload for {@link #ISSUER} that is current at {@link #NOW}, with changes; null removes.
  public static String payload(Object... changes) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", ISSUER);
    claims.put("sub", "alice");
    claims.put("aud", "api");
    claims.put("exp", NOW + 600);
    for (int i = 0; i < changes.length; i += 2) {
      claims.put((String) changes[i], changes[i + 1]);
    }
    claims.values().removeIf("absent"::equals);
    return JSONObjectUtils.toJSONString(claims);
  }

  public static String signed(JWK key, JWSAlgorithm algorithm, String payload) {
    return signed(key, new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).build(), payload);
  }

  static String signed(JWK key, JWSHeader header, String payload) {
    try {
      JWSSigner signer =
          switch (key) {
            case ECKey ec -> new ECDSASigner(ec);
            case RSAKey rsa -> new RSASSASigner(rsa, Set.of(AllowWeakRSAKey.getInstance()));
            case OctetSequenceKey secret -> new MACSigner(secret);
            default -> throw new IllegalArgumentException("no signer");
          };
      JWSObject token = new JWSObject(header, new Payload(payload));
      token.sign(signer);
      return token.serialize();
    } catch (JOSEException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// A token of {@link #EC} with these changes to the payload.
  public static String token(Object... changes) {
    return signed(EC, JWSAlgorithm.ES256, payload(changes));
  }

  /// A token of {@link #EC} that names this key id.
  static String withKeyId(String id) {
    return signed(EC, new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(id).build(), payload());
  }

  static String raw(String header, String payload, String signature) {
    return base64(header) + "." + base64(payload) + "." + signature;
  }

  static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  public static String jwks(JWK... keys) {
    List<String> texts = new ArrayList<>();
    for (JWK key : keys) {
      texts.add(
          key instanceof OctetSequenceKey ? key.toJSONString() : key.toPublicJWK().toJSONString());
    }
    return "{\"keys\":[" + String.join(",", texts) + "]}";
  }

  /// A rule for {@link #ISSUER} and audience `api` with {@link #EC} and {@link #RSA}.
  public static JwtRule rule() {
    return rule(ISSUER, jwks(EC, RSA), List.of());
  }

  static JwtRule rule(String issuer, String jwks, List<TokenLocation> locations) {
    return new JwtRule(issuer, List.of("api"), jwks, locations, Forwarding.none());
  }

  static JwtRule rule(List<TokenLocation> locations, Forwarding forwarding) {
    return new JwtRule(ISSUER, List.of("api"), jwks(EC), locations, forwarding);
  }

  public static RequestAuthentication policy(JwtRule... rules) {
    return new RequestAuthentication(
        new PolicyId("RequestAuthentication", "shop", "tokens"),
        new Scope.Mesh(),
        Arrays.asList(rules));
  }
}
