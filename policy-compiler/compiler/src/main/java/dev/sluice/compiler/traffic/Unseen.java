package dev.sluice.compiler.traffic;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Http;
import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.compiler.walk.Hop;
import dev.sluice.compiler.walk.Hop.Facts;
import dev.sluice.compiler.walk.Journey;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Claims;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.route.HttpRoute.NamedMatch;
import dev.sluice.engine.route.HttpRoute.ValueMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a log does not tell and policies look at: headers and tokens. All requests that would have
/// left the same line, one of each kind that the policies on the way tell apart.
final class Unseen {

  /// More kinds than that are not tried.
  static final int MOST = 512;

  private static final String ABSENT = "";
  private static final String SUBJECT = "someone";

  private final Map<String, Set<String>> headers = new TreeMap<>();
  private final Map<List<String>, Set<String>> claims = new HashMap<>();
  private final Set<String> issuers = new TreeSet<>();
  private final Set<String> subjects = new TreeSet<>();

  private Unseen() {}

  static Unseen on(List<Journey> journeys, LinkedMesh mesh) {
    var unseen = new Unseen();
    for (Journey journey : journeys) {
      journey.route().ifPresent(route -> unseen.collectRoutes(mesh));
      for (Hop hop : journey.hops()) {
        if (hop.facts() instanceof Facts.OfRequest) {
          unseen.collect(hop.set());
        }
      }
    }
    return unseen;
  }

  /// Adds what other policies look at.
  void addAll(Unseen other) {
    other.headers.forEach(
        (name, values) -> headers.computeIfAbsent(name, _ -> new TreeSet<>()).addAll(values));
    other.claims.forEach(
        (path, values) -> claims.computeIfAbsent(path, _ -> new TreeSet<>()).addAll(values));
    issuers.addAll(other.issuers);
    subjects.addAll(other.subjects);
  }

  private void collectRoutes(LinkedMesh mesh) {
    for (LinkedPolicy policy : mesh.policies()) {
      if (policy instanceof LinkedPolicy.Route route) {
        route.syntax().rules().stream()
            .flatMap(rule -> rule.matches().stream())
            .flatMap(match -> match.headers().stream())
            .forEach(this::collect);
      }
    }
  }

  private void collect(NamedMatch match) {
    switch (match.value()) {
      case ValueMatch.Exact(var value) -> header(match.name(), value);
      // what a pattern matches is not searched for: the header counts as looked at
      case ValueMatch.Regex(var pattern) -> header(match.name(), pattern);
    }
  }

  private void collect(PolicySet set) {
    set.authentications()
        .forEach(policy -> policy.rules().forEach(rule -> issuers.add(rule.issuer())));
    set.policies().forEach(policy -> policy.rules().forEach(rule -> collect(rule.condition())));
  }

  private void collect(Condition condition) {
    switch (condition) {
      case Condition.AllOf(var terms) -> terms.forEach(this::collect);
      case Condition.AnyOf(var terms) -> terms.forEach(this::collect);
      case Condition.Not(var term) -> collect(term);
      case Condition.Header(var name, var value) -> header(name, sample(value));
      case Condition.Claim(var path, var value) ->
          claims.computeIfAbsent(path, _ -> new TreeSet<>()).add(sample(value));
      case Condition.RequestPrincipal(var issuer, var subject) -> {
        if (issuer instanceof StringMatch.Exact(var exact)) {
          issuers.add(exact);
        }
        subjects.add(sample(subject));
      }
      case Condition.L4 _, Condition.L7 _ -> {}
    }
  }

  private void header(String name, String value) {
    headers.computeIfAbsent(name, _ -> new TreeSet<>()).add(value);
  }

  private static String sample(StringMatch match) {
    return switch (match) {
      case StringMatch.Exact(var value) -> value;
      case StringMatch.Prefix(var value) -> value;
      case StringMatch.Suffix(var value) -> value;
      case StringMatch.Present() -> "x";
    };
  }

  /// What is looked at, in words; empty when the log tells all that matters.
  List<String> names() {
    var names = new ArrayList<String>();
    headers.keySet().forEach(name -> names.add("header `" + name + "`"));
    if (!issuers.isEmpty()) {
      names.add("the token");
    }
    return names;
  }

  /// The requests that left that line; empty when there are too many kinds.
  List<Case> variants(Case asked, String reason) {
    if (asked.http().isEmpty() || names().isEmpty()) {
      return List.of(asked);
    }
    Http http = asked.http().get();
    List<Map<String, String>> headerSets = combinations(headers);
    List<Token> tokens = tokens(reason);
    if ((long) headerSets.size() * tokens.size() > MOST || headerSets.isEmpty()) {
      return List.of();
    }
    var variants = new ArrayList<Case>();
    for (Map<String, String> set : headerSets) {
      for (Token token : tokens) {
        variants.add(
            new Case(
                asked.from(),
                asked.to(),
                Optional.of(new Http(http.method(), http.host(), http.path(), set, token))));
      }
    }
    return variants;
  }

  /// The tokens that fit what was recorded: an invalid one is known by its rejection.
  private List<Token> tokens(String reason) {
    if (reason.equals("token_invalid")) {
      return List.of(new Token.Invalid());
    }
    var tokens = new ArrayList<Token>();
    if (!reason.equals("wrong_audience")) {
      tokens.add(new Token.Absent());
    }
    if (issuers.isEmpty()) {
      return tokens;
    }
    if (!reason.equals("wrong_audience")) {
      tokens.add(new Token.Invalid());
    }
    List<Map<List<String>, String>> sets = combinations(claims);
    var asSubject = new LinkedHashSet<String>(subjects);
    asSubject.add(SUBJECT);
    for (String issuer : issuers) {
      for (String subject : asSubject) {
        for (Map<List<String>, String> set : sets) {
          tokens.add(token(issuer, subject, set, reason));
        }
      }
    }
    return tokens;
  }

  private static Token token(
      String issuer, String subject, Map<List<String>, String> set, String reason) {
    Map<String, ClaimValue> values = new HashMap<>();
    set.forEach((path, value) -> put(values, path, value));
    values.put("iss", new ClaimValue.Text(issuer));
    values.put("sub", new ClaimValue.Text(subject));
    if (reason.equals("wrong_audience")) {
      values.put("aud", new ClaimValue.Text("another audience"));
    }
    return new Token.Signed(new Claims(values));
  }

  private static void put(Map<String, ClaimValue> values, List<String> path, String text) {
    String name = path.getFirst();
    if (path.size() == 1) {
      values.put(name, new ClaimValue.Text(text));
      return;
    }
    Map<String, ClaimValue> inner = new HashMap<>();
    if (values.get(name) instanceof ClaimValue.Nested(var known)) {
      inner.putAll(known);
    }
    put(inner, path.subList(1, path.size()), text);
    values.put(name, new ClaimValue.Nested(inner));
  }

  /// Every way to leave a key out or give it one of its values; empty when there are too many.
  private static <K> List<Map<K, String>> combinations(Map<K, Set<String>> options) {
    List<Map<K, String>> sets = new ArrayList<>();
    sets.add(Map.of());
    for (Map.Entry<K, Set<String>> option : options.entrySet()) {
      List<Map<K, String>> longer = new ArrayList<>();
      for (Map<K, String> set : sets) {
        longer.add(set);
        for (String value : option.getValue()) {
          if (!value.equals(ABSENT)) {
            Map<K, String> more = new HashMap<>(set);
            more.put(option.getKey(), value);
            longer.add(more);
          }
        }
      }
      if (longer.size() > MOST) {
        return List.of();
      }
      sets = longer;
    }
    return sets;
  }
}
