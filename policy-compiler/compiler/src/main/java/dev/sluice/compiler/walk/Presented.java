package dev.sluice.compiler.walk;

import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Claims;
import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.RequestAuthentication;
import dev.sluice.engine.policy.RequestAuthentication.JwtRule;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a token amounts to where these RequestAuthentications apply, and the headers that waypoints
/// derive from it.
///
/// A signed token is one that its issuer's keys verify; issuer and audience are checked here.
record Presented(Credential credential, Map<String, String> derivedHeaders) {

  Presented {
    derivedHeaders = Map.copyOf(derivedHeaders);
  }

  static Presented of(Token token, List<RequestAuthentication> policies) {
    List<JwtRule> rules = policies.stream().flatMap(policy -> policy.rules().stream()).toList();
    if (rules.isEmpty()) {
      return new Presented(new Credential.Absent(), Map.of());
    }
    return switch (token) {
      case Token.Absent() -> new Presented(new Credential.Absent(), Map.of());
      case Token.Invalid() ->
          new Presented(new Credential.Invalid("token does not validate"), Map.of());
      case Token.Signed(var claims) -> signed(claims, rules);
    };
  }

  /// Headers that only a waypoint may set, in lower case.
  static Set<String> derivedNames(List<RequestAuthentication> policies) {
    var names = new HashSet<String>();
    for (RequestAuthentication policy : policies) {
      for (JwtRule rule : policy.rules()) {
        names.add(rule.forwarding().payloadHeader().toLowerCase(Locale.ROOT));
        rule.forwarding()
            .claimHeaders()
            .forEach(claim -> names.add(claim.header().toLowerCase(Locale.ROOT)));
      }
    }
    names.remove("");
    return Set.copyOf(names);
  }

  private static Presented signed(Claims claims, List<JwtRule> rules) {
    String issuer = claims.values().get("iss") instanceof ClaimValue.Text(var text) ? text : "";
    List<JwtRule> issuers =
        rules.stream()
            .filter(rule -> rule.issuer().isEmpty() || rule.issuer().equals(issuer))
            .toList();
    if (issuers.isEmpty()) {
      return new Presented(new Credential.Invalid("issuer is not configured"), Map.of());
    }
    for (JwtRule rule : issuers) {
      Claims full = withAudience(claims, rule);
      if (full != null) {
        return new Presented(new Credential.Valid(split(full, rule)), headers(full, rule));
      }
    }
    return new Presented(new Credential.WrongAudience("audience is not accepted"), Map.of());
  }

  /// The claims if the rule accepts their audience, one that is left out being filled in.
  private static @Nullable Claims withAudience(Claims claims, JwtRule rule) {
    if (rule.audiences().isEmpty()) {
      return claims;
    }
    ClaimValue audience = claims.values().get("aud");
    boolean accepted =
        switch (audience) {
          case null -> true;
          case ClaimValue.Text(var text) -> rule.audiences().contains(text);
          case ClaimValue.Texts(var texts) -> texts.stream().anyMatch(rule.audiences()::contains);
          case ClaimValue.Nested _, ClaimValue.Other _ -> false;
        };
    if (audience != null || !accepted) {
      return accepted ? claims : null;
    }
    var filled = new HashMap<>(claims.values());
    filled.put("aud", new ClaimValue.Text(rule.audiences().getFirst()));
    return new Claims(filled);
  }

  /// Claims that hold several words separated by spaces become lists.
  private static Claims split(Claims claims, JwtRule rule) {
    var spaced = new HashSet<>(rule.forwarding().spaceDelimitedClaims());
    spaced.add("scope");
    spaced.add("permission");
    var values = new HashMap<String, ClaimValue>();
    claims
        .values()
        .forEach((name, value) ->
            values.put(
                name,
                value instanceof ClaimValue.Text(var text) && spaced.contains(name)
                    ? new ClaimValue.Texts(
                        Arrays.stream(text.split(" ", -1)).filter(w -> !w.isEmpty()).toList())
                    : value));
    return new Claims(values);
  }

  private static Map<String, String> headers(Claims claims, JwtRule rule) {
    var headers = new HashMap<String, String>();
    for (var derived : rule.forwarding().claimHeaders()) {
      ClaimValue whole = claims.values().get(derived.claim());
      ClaimValue value =
          whole == null ? claims.at(List.of(derived.claim().split("\\.", -1))) : whole;
      if (value instanceof ClaimValue.Text(var text)) {
        headers.put(derived.header().toLowerCase(Locale.ROOT), text);
      }
    }
    return headers;
  }
}
