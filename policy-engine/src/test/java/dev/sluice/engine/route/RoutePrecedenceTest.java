package dev.sluice.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.generate.Routes;
import dev.sluice.engine.policy.HttpRequest.Headers;
import dev.sluice.engine.route.HttpRoute.Match;
import dev.sluice.engine.route.HttpRoute.NamedMatch;
import dev.sluice.engine.route.HttpRoute.PathMatch;
import dev.sluice.engine.route.HttpRoute.ValueMatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/// Compares the resolver with a reading of the rules that tries every match.
class RoutePrecedenceTest {

  @Provide
  Arbitrary<List<HttpRoute>> routes() {
    return Routes.route().list().ofMaxSize(4);
  }

  @Provide
  Arbitrary<RouteRequest> requests() {
    var headers =
        Arbitraries.maps(Arbitraries.of("x-a", "x-b"), Arbitraries.of("1", "2", "1,2"))
            .map(Headers::of);
    var query = Arbitraries.of("q=1", "q=2", "r=1", "q=1,2").list().ofMaxSize(3);
    return Combinators.combine(
            Routes.service(),
            Arbitraries.of(80, 8080, 443),
            Arbitraries.of("shop", "pay").injectNull(0.3),
            Arbitraries.of("GET", "POST"),
            Arbitraries.of("/", "/a", "/a/", "/a/b", "/ab", "/a/b/c"),
            query.map(parameters -> String.join("&", parameters)),
            headers)
        .as(RouteRequest::new);
  }

  private static final Match ANY = new Match(new PathMatch.Prefix("/"), null, List.of(), List.of());

  private record Candidate(HttpRoute route, int rule, int match, Match asked) {}

  @Property(tries = 10_000, edgeCases = EdgeCasesMode.NONE)
  void agrees_with_trying_every_match(
      @ForAll("routes") List<HttpRoute> generated, @ForAll("requests") RouteRequest request) {
    List<HttpRoute> routes = distinct(generated);

    assertThat(RouteResolver.of(routes).resolve(request)).isEqualTo(naive(routes, request));
  }

  private static List<HttpRoute> distinct(List<HttpRoute> routes) {
    var byName = new HashMap<String, HttpRoute>();
    routes.forEach(route -> byName.putIfAbsent(name(route), route));
    return List.copyOf(byName.values());
  }

  private static Resolution naive(List<HttpRoute> routes, RouteRequest request) {
    List<HttpRoute> attached =
        routes.stream()
            .filter(route ->
                route.parents().stream()
                    .anyMatch(parent ->
                        parent.service().equals(request.service())
                            && (parent.port() == 0 || parent.port() == request.port())))
            .toList();
    String caller = request.callerNamespace();
    boolean consumes =
        attached.stream()
            .anyMatch(
                route -> caller != null && route.callers().filter(caller::equals).isPresent());
    List<HttpRoute> group =
        attached.stream()
            .filter(route ->
                consumes
                    ? route.callers().isPresent() && route.callers().get().equals(caller)
                    : route.callers().isEmpty())
            .toList();
    if (group.isEmpty()) {
      return new Resolution.NoRoutes();
    }
    Candidate best = null;
    for (HttpRoute route : group) {
      for (Candidate candidate : candidates(route)) {
        if (matches(candidate.asked(), request) && (best == null || isBetter(candidate, best))) {
          best = candidate;
        }
      }
    }
    return best == null
        ? new Resolution.NoRouteMatched()
        : new Resolution.Forward(best.route(), best.route().rules().get(best.rule()), best.asked());
  }

  private static List<Candidate> candidates(HttpRoute route) {
    var result = new ArrayList<Candidate>();
    for (int rule = 0; rule < route.rules().size(); rule++) {
      var written = route.rules().get(rule).matches();
      List<Match> matches = written.isEmpty() ? List.of(ANY) : written;
      for (int match = 0; match < matches.size(); match++) {
        result.add(new Candidate(route, rule, match, matches.get(match)));
      }
    }
    return result;
  }

  private static boolean isBetter(Candidate a, Candidate b) {
    int[] mine = score(a.asked());
    int[] theirs = score(b.asked());
    int different = Arrays.mismatch(mine, theirs);
    if (different >= 0) {
      return mine[different] > theirs[different];
    }
    int byName = name(a.route()).compareTo(name(b.route()));
    if (byName != 0) {
      return byName < 0;
    }
    return a.rule() != b.rule() ? a.rule() < b.rule() : a.match() < b.match();
  }

  private static String name(HttpRoute route) {
    return route.id().namespace() + "/" + route.id().name();
  }

  private static int[] score(Match match) {
    int kind =
        switch (match.path()) {
          case PathMatch.Exact _ -> 3;
          case PathMatch.Prefix _ -> 2;
          case PathMatch.Regex _ -> 1;
        };
    int length =
        switch (match.path()) {
          case PathMatch.Exact(var value) -> value.length();
          case PathMatch.Prefix(var value) -> value.replaceAll("/$", "").length();
          case PathMatch.Regex(var pattern) -> pattern.length();
        };
    return new int[] {
      kind,
      length,
      match.method() == null ? 0 : 1,
      first(match.headers()).size(),
      first(match.query()).size()
    };
  }

  private static Map<String, ValueMatch> first(List<NamedMatch> named) {
    var result = new HashMap<String, ValueMatch>();
    named.forEach(match -> result.putIfAbsent(match.name(), match.value()));
    return result;
  }

  private static boolean matches(Match match, RouteRequest request) {
    boolean path =
        switch (match.path()) {
          case PathMatch.Exact(var value) -> request.path().equals(value);
          case PathMatch.Prefix(var value) ->
              (request.path() + "/").startsWith(value.endsWith("/") ? value : value + "/");
          case PathMatch.Regex(var pattern) -> request.path().matches(pattern);
        };
    return path
        && (match.method() == null || request.method().equals(match.method()))
        && first(match.headers()).entrySet().stream()
            .allMatch(header -> holds(header.getValue(), request.headers().value(header.getKey())))
        && first(match.query()).entrySet().stream()
            .allMatch(wanted -> holds(wanted.getValue(), parameter(request, wanted.getKey())));
  }

  private static @Nullable String parameter(RouteRequest request, String name) {
    return Arrays.stream(request.query().split("&"))
        .filter(pair -> pair.startsWith(name + "="))
        .map(pair -> pair.substring(name.length() + 1))
        .findFirst()
        .orElse(null);
  }

  private static boolean holds(ValueMatch match, @Nullable String value) {
    return value != null
        && switch (match) {
          case ValueMatch.Exact(var wanted) -> value.equals(wanted);
          case ValueMatch.Regex(var pattern) -> value.matches(pattern);
        };
  }
}
