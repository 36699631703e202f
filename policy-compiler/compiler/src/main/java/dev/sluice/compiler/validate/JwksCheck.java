package dev.sluice.compiler.validate;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.RSAKey;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.source.Located;
import java.text.ParseException;
import java.util.HashSet;
import java.util.Set;

/// Checks an inline JWK set: parsable, public, strong enough, without ambiguous key ids.
///
/// Source: RFC 7517; key sizes from RFC 7518 §3.3.
final class JwksCheck {

  private static final int MAX_LENGTH = 64 * 1024;
  private static final int MIN_RSA_BITS = 2048;

  private JwksCheck() {}

  /// The text of the key set; empty after a finding.
  static String read(MappingNode rule, Problems problems) {
    Located<String> text = Fields.text(rule, "jwks");
    if (text == null || text.value().isBlank()) {
      boolean fetched = Fields.has(rule, "jwksUri") || Fields.has(rule, "jwks_uri");
      if (!fetched) {
        problems.report(
            Code.BAD_JWKS,
            Fields.startOf(rule),
            new Text(
                "a JWT rule without keys",
                "Istio would fetch them from the issuer; here they are part of what is reviewed and"
                    + " signed",
                "add the issuer's public keys under `jwks`"));
      }
      return "";
    }
    if (text.value().length() > MAX_LENGTH) {
      refuse(text, problems, "has more than " + MAX_LENGTH + " characters", "list fewer keys");
      return "";
    }
    try {
      check(text, JWKSet.parse(text.value()), problems);
    } catch (ParseException malformed) {
      refuse(
          text,
          problems,
          "is not a JWK set",
          "it must be JSON such as `{\"keys\": [{\"kty\": \"EC\", …}]}`");
    }
    return text.value();
  }

  private static void check(Located<String> text, JWKSet keys, Problems problems) {
    if (keys.getKeys().isEmpty()) {
      refuse(text, problems, "has no keys", "add the issuer's public keys");
    }
    Set<String> ids = new HashSet<>();
    for (JWK key : keys.getKeys()) {
      if (key.getKeyType().equals(KeyType.OCT)) {
        refuse(
            text,
            problems,
            "holds a symmetric key",
            "whoever reads it can issue tokens; use an asymmetric key and publish its public half");
      } else if (key.isPrivate()) {
        refuse(
            text,
            problems,
            "holds a private key",
            "remove the private members, and replace the key");
      } else if (key instanceof RSAKey rsa && rsa.size() < MIN_RSA_BITS) {
        refuse(
            text,
            problems,
            "holds an RSA key of " + rsa.size() + " bits",
            "use at least " + MIN_RSA_BITS);
      }
      if (key.getKeyID() != null && !ids.add(key.getKeyID())) {
        refuse(text, problems, "holds two keys with the same `kid`", "give each key its own id");
      }
    }
  }

  private static void refuse(Located<String> text, Problems problems, String what, String help) {
    problems.report(
        Code.BAD_JWKS,
        text.span(),
        new Text("the key set " + what, "tokens verified by it could not be trusted", help));
  }
}
