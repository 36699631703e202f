package dev.sluice.waypoint.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A JSON Web Token in compact form, parsed but not believed. Source: RFC 7515 §3.1, RFC 7519.
final class CompactToken {

  /// Longest token that is looked at, in characters.
  static final int LONGEST = 8 * 1024;

  private static final int LONGEST_KEY_ID = 256;

  private final String algorithm;
  private final @Nullable String keyId;
  private final JsonNode claims;
  private final String payload;
  private final byte[] signed;
  private final byte[] signature;

  private CompactToken(JsonNode header, JsonNode claims, String text, byte[] signature) {
    JsonNode id = header.get("kid");
    int end = text.lastIndexOf('.');
    this.algorithm = header.path("alg").asText();
    this.keyId = id == null ? null : id.textValue();
    this.claims = claims;
    this.payload = text.substring(text.indexOf('.') + 1, end);
    this.signed = text.substring(0, end).getBytes(StandardCharsets.US_ASCII);
    this.signature = signature;
  }

  String algorithm() {
    return algorithm;
  }

  @Nullable String keyId() {
    return keyId;
  }

  JsonNode claims() {
    return claims;
  }

  /// The second part as sent.
  String payload() {
    return payload;
  }

  /// What the signature covers; not to be changed.
  byte[] signed() {
    return signed;
  }

  /// The signature; not to be changed.
  byte[] signature() {
    return signature;
  }

  /// The outcome of parsing.
  sealed interface Parsed {
    /// The token.
    record Token(CompactToken token) implements Parsed {}

    /// Not a token that can be believed.
    record Malformed(String reason) implements Parsed {}
  }

  static Parsed parse(String text) {
    if (text.length() > LONGEST) {
      return new Parsed.Malformed("token is longer than " + LONGEST + " characters");
    }
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    if (first < 0 || second < 0 || text.indexOf('.', second + 1) >= 0) {
      return new Parsed.Malformed("token has not exactly three parts");
    }
    byte[] header = decode(text.substring(0, first));
    byte[] payload = decode(text.substring(first + 1, second));
    byte[] signature = decode(text.substring(second + 1));
    if (header == null || payload == null || signature == null) {
      return new Parsed.Malformed("token is not base64url");
    }
    Optional<JsonNode> fields = StrictJson.object(header);
    Optional<JsonNode> claims = StrictJson.object(payload);
    if (fields.isEmpty() || claims.isEmpty()) {
      return new Parsed.Malformed("token does not hold two JSON objects");
    }
    String problem = problemOf(fields.get());
    if (problem != null) {
      return new Parsed.Malformed(problem);
    }
    return new Parsed.Token(new CompactToken(fields.get(), claims.get(), text, signature));
  }

  private static @Nullable String problemOf(JsonNode header) {
    JsonNode algorithm = header.get("alg");
    if (algorithm == null || !algorithm.isTextual()) {
      return "token names no algorithm";
    }
    if (header.has("crit") || header.has("b64")) {
      return "token has critical header parameters";
    }
    if (header.has("enc") || header.has("zip")) {
      return "token is encrypted or compressed";
    }
    JsonNode keyId = header.get("kid");
    if (keyId != null && (!keyId.isTextual() || keyId.textValue().length() > LONGEST_KEY_ID)) {
      return "token has an unusable key id";
    }
    return null;
  }

  /// Strict base64url: no padding, no white space, no bits left over.
  private static byte @Nullable [] decode(String part) {
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      boolean allowed =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_';
      if (!allowed) {
        return null;
      }
    }
    if (part.length() % 4 == 1) {
      return null;
    }
    byte[] bytes = Base64.getUrlDecoder().decode(part);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)
        ? bytes
        : null;
  }
}
