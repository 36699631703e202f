package dev.sluice.compiler.explain;

import dev.sluice.compiler.explain.Clause.Subject;
import dev.sluice.compiler.explain.Seen.Keys;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Polarity;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.SourceAttribute;
import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Claims;
import dev.sluice.engine.policy.RequestAuthentication;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Tokens that meet what the fields of a rule ask of them.
final class Tokens {

  private static final String SUBJECT = "someone";

  private Tokens() {}

  /// One token per issuer, with the claims that the clauses want; those that the presented token
  /// already has are kept. None where no token is believed.
  static List<Token> candidates(
      List<Clause> clauses, List<RequestAuthentication> authentications, Token presented) {
    Set<String> issuers = new LinkedHashSet<>();
    authentications.forEach(policy -> policy.rules().forEach(rule -> issuers.add(rule.issuer())));
    Map<String, ClaimValue> wanted = new HashMap<>();
    for (Clause clause : clauses) {
      if (clause.polarity() == Polarity.POSITIVE) {
        collect(clause, wanted);
      }
    }
    var tokens = new ArrayList<Token>();
    for (String issuer : issuers) {
      Map<String, ClaimValue> claims = new HashMap<>();
      if (presented instanceof Token.Signed(var own)) {
        claims.putAll(own.values());
      }
      claims.put("iss", new ClaimValue.Text(issuer));
      claims.putIfAbsent("sub", new ClaimValue.Text(SUBJECT));
      claims.putAll(wanted);
      tokens.add(new Token.Signed(new Claims(claims)));
    }
    return tokens;
  }

  private static void collect(Clause clause, Map<String, ClaimValue> wanted) {
    String value = clause.values().getFirst();
    switch (clause.subject()) {
      case Subject.Source(var attribute) -> {
        if (attribute == SourceAttribute.REQUEST_PRINCIPALS) {
          principal(value, wanted);
        }
      }
      case Subject.Key(var key) -> condition(key, value, wanted);
      case Subject.Operation _ -> {}
    }
  }

  private static void condition(String key, String value, Map<String, ClaimValue> wanted) {
    List<String> path =
        switch (key) {
          case "request.auth.audiences" -> List.of("aud");
          case "request.auth.presenter" -> List.of("azp");
          default -> Keys.claim(key);
        };
    if (key.equals("request.auth.principal")) {
      principal(value, wanted);
    } else if (path != null) {
      put(wanted, path, value);
    }
  }

  /// The last slash separates issuer and subject.
  private static void principal(String notation, Map<String, ClaimValue> wanted) {
    int slash = notation.lastIndexOf('/');
    if (slash > 0) {
      String subject = notation.substring(slash + 1);
      wanted.put("iss", new ClaimValue.Text(Samples.text(notation.substring(0, slash))));
      if (!subject.equals("*")) {
        wanted.put("sub", new ClaimValue.Text(Samples.text(subject)));
      }
    }
  }

  private static void put(Map<String, ClaimValue> claims, List<String> path, String notation) {
    ClaimValue value = new ClaimValue.Text(Samples.text(notation));
    for (int i = path.size() - 1; i > 0; i--) {
      value = new ClaimValue.Nested(Map.of(path.get(i), value));
    }
    claims.put(path.getFirst(), value);
  }
}
