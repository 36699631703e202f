package dev.sluice.waypoint.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import dev.sluice.engine.policy.HttpRequest.Claims;
import dev.sluice.engine.policy.RequestAuthentication.JwtRule;
import dev.sluice.engine.policy.RequestAuthentication.TokenLocation;
import java.text.ParseException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// One issuer of tokens as a JwtRule describes it, with its keys ready for use.
///
/// A key set that cannot be used leaves the provider without keys: every token for it is invalid.
record Provider(
    JwtRule rule,
    List<Location> locations,
    List<VerificationKey> keys,
    Set<String> spaceDelimited) {

  /// Clock difference that is forgiven, in seconds, as in Envoy.
  static final long SKEW_SECONDS = 60;

  private static final int MOST_KEYS = 100;
  private static final double LATEST_TIME = 1e12;

  /// Where a token is looked for, with header names in lower case; the scheme of the default
  /// location is compared without regard to case.
  record Location(TokenLocation at, PrefixCase prefixCase) {}

  /// How a header's prefix is compared.
  enum PrefixCase {
    EXACT,
    IGNORED
  }

  /// What a token amounts to for one provider.
  sealed interface Check {
    /// Signed by this provider and in time; `expires` in seconds since 1970.
    record Valid(Claims claims, JsonNode payload, double notBefore, double expires)
        implements Check {
      boolean isCurrentAt(Instant now) {
        double second = now.toEpochMilli() / 1000.0;
        return second < expires + SKEW_SECONDS && second >= notBefore - SKEW_SECONDS;
      }
    }

    /// Signed by this provider, for someone else.
    record WrongAudience() implements Check {}

    /// Not to be believed.
    record Invalid(String reason) implements Check {}
  }

  static Provider from(JwtRule rule) {
    Set<String> spaced = new HashSet<>(rule.forwarding().spaceDelimitedClaims());
    spaced.add("scope");
    spaced.add("permission");
    return new Provider(rule, locations(rule), keys(rule.jwks()), Set.copyOf(spaced));
  }

  private static List<Location> locations(JwtRule rule) {
    if (rule.locations().isEmpty()) {
      return List.of(
          new Location(
              new TokenLocation.FromHeader("authorization", "Bearer "), PrefixCase.IGNORED),
          new Location(new TokenLocation.FromParameter("access_token"), PrefixCase.EXACT));
    }
    return rule.locations().stream()
        .map(location -> new Location(lowerCased(location), PrefixCase.EXACT))
        .toList();
  }

  private static TokenLocation lowerCased(TokenLocation location) {
    return switch (location) {
      case TokenLocation.FromHeader(var name, var prefix) ->
          new TokenLocation.FromHeader(name.toLowerCase(Locale.ROOT), prefix);
      case TokenLocation.FromParameter _, TokenLocation.FromCookie _ -> location;
    };
  }

  private static List<VerificationKey> keys(String jwks) {
    List<JWK> set;
    try {
      set = JWKSet.parse(jwks).getKeys();
    } catch (ParseException | IllegalArgumentException unusable) {
      return List.of();
    }
    long secrets = set.stream().filter(key -> KeyType.OCT.equals(key.getKeyType())).count();
    // A set that mixes secrets with public keys invites algorithm confusion.
    if (set.size() > MOST_KEYS || (secrets > 0 && secrets < set.size())) {
      return List.of();
    }
    return set.stream().map(VerificationKey::from).flatMap(Optional::stream).toList();
  }

  /// Whether a token names this provider as its issuer; an empty issuer takes any.
  boolean isIssuerOf(CompactToken token) {
    return rule.issuer().isEmpty() || rule.issuer().equals(token.claims().path("iss").textValue());
  }

  /// Checks signature, times and audience; the issuer is the caller's.
  Check check(CompactToken token, Instant now) {
    boolean signed = keys.stream().anyMatch(key -> key.fits(token) && key.verifies(token));
    if (!signed) {
      return new Check.Invalid("signature does not verify");
    }
    Optional<Double> expires = time(token.claims(), "exp");
    Optional<Double> notBefore =
        token.claims().has("nbf") ? time(token.claims(), "nbf") : Optional.of(0.0);
    if (expires.isEmpty() || notBefore.isEmpty()) {
      return new Check.Invalid("token has no usable expiry");
    }
    Claims claims = ClaimReader.read(token.claims(), spaceDelimited);
    var valid = new Check.Valid(claims, token.claims(), notBefore.get(), expires.get());
    if (!valid.isCurrentAt(now)) {
      return new Check.Invalid("token is expired or not yet valid");
    }
    return isAudienceOf(token.claims()) ? valid : new Check.WrongAudience();
  }

  private boolean isAudienceOf(JsonNode claims) {
    if (rule.audiences().isEmpty()) {
      return true;
    }
    JsonNode audience = claims.path("aud");
    if (audience.isTextual()) {
      return rule.audiences().contains(audience.textValue());
    }
    for (JsonNode element : audience) {
      if (element.isTextual() && rule.audiences().contains(element.textValue())) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Double> time(JsonNode claims, String name) {
    JsonNode node = claims.get(name);
    if (node == null || !node.isNumber()) {
      return Optional.empty();
    }
    double value = node.doubleValue();
    return value >= 0 && value <= LATEST_TIME ? Optional.of(value) : Optional.empty();
  }
}
