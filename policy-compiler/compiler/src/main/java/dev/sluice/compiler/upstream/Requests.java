package dev.sluice.compiler.upstream;

import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.OperationAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Polarity;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.SourceAttribute;
import dev.sluice.compiler.syntax.Case.Http;
import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Claims;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Requests that a policy tells apart: those its rules name, and plain ones.
final class Requests {

  private static final int MOST_RULES = 4;

  private Requests() {}

  static List<Http> of(LinkedPolicy policy) {
    Set<Http> requests = new LinkedHashSet<>();
    switch (policy) {
      case LinkedPolicy.Authorization ap ->
          ap.syntax().rules().stream()
              .limit(MOST_RULES)
              .forEach(rule -> requests.add(satisfying(rule)));
      case LinkedPolicy.RequestAuth _ ->
          requests.add(new Http("GET", "", "/", Map.of(), new Token.Invalid()));
      case LinkedPolicy.PeerAuth _, LinkedPolicy.Route _ -> {}
    }
    requests.add(Http.plain());
    requests.add(new Http("DELETE", "", "/elsewhere", Map.of(), new Token.Absent()));
    return List.copyOf(requests);
  }

  private static Http satisfying(Rule rule) {
    String method = "GET";
    String host = "";
    String path = "/";
    var headers = new TreeMap<String, String>();
    for (var to : rule.to().stream().limit(1).toList()) {
      for (var entry : to.entries()) {
        String text = entry.values().getFirst().value();
        if (entry.polarity() == Polarity.POSITIVE) {
          method = entry.attribute() == OperationAttribute.METHODS ? concrete(text) : method;
          host = entry.attribute() == OperationAttribute.HOSTS ? concrete(text) : host;
          path = entry.attribute() == OperationAttribute.PATHS ? path(text) : path;
        }
      }
    }
    for (var when : rule.when()) {
      String key = when.key().value();
      if (key.startsWith("request.headers[") && !when.values().isEmpty()) {
        headers.put(
            key.substring("request.headers[".length(), key.length() - 1),
            concrete(when.values().getFirst().value()));
      }
    }
    return new Http(method, host, path, headers, token(rule));
  }

  private static Token token(Rule rule) {
    for (var from : rule.from()) {
      for (var entry : from.entries()) {
        if (entry.attribute() == SourceAttribute.REQUEST_PRINCIPALS
            && entry.polarity() == Polarity.POSITIVE) {
          String text = entry.values().getFirst().value();
          int slash = text.lastIndexOf('/');
          return new Token.Signed(
              new Claims(
                  Map.of(
                      "iss",
                      new ClaimValue.Text(slash < 0 ? "any" : concrete(text.substring(0, slash))),
                      "sub",
                      new ClaimValue.Text(concrete(text.substring(slash + 1))))));
        }
      }
    }
    return new Token.Absent();
  }

  private static String path(String text) {
    String plain = text.replace("{**}", "any").replace("{*}", "any").replace("*", "");
    return plain.startsWith("/") ? plain : "/any" + plain;
  }

  private static String concrete(String text) {
    String plain = text.replace("*", "");
    return plain.isEmpty() ? "any" : plain;
  }
}
