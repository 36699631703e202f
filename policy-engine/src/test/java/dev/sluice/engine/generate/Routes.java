package dev.sluice.engine.generate;

import dev.sluice.engine.route.HttpRoute;
import dev.sluice.engine.route.HttpRoute.Backend;
import dev.sluice.engine.route.HttpRoute.Filter;
import dev.sluice.engine.route.HttpRoute.HeaderEdits;
import dev.sluice.engine.route.HttpRoute.HeaderValue;
import dev.sluice.engine.route.HttpRoute.Match;
import dev.sluice.engine.route.HttpRoute.NamedMatch;
import dev.sluice.engine.route.HttpRoute.Parent;
import dev.sluice.engine.route.HttpRoute.PathEdit;
import dev.sluice.engine.route.HttpRoute.PathMatch;
import dev.sluice.engine.route.HttpRoute.Rule;
import dev.sluice.engine.route.HttpRoute.ServiceRef;
import dev.sluice.engine.route.HttpRoute.ValueMatch;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/// Routes of two Services in two namespaces.
public final class Routes {

  private Routes() {}

  /// A Service that generated routes may have for a parent.
  public static Arbitrary<ServiceRef> service() {
    return Combinators.combine(Arbitraries.of("shop", "pay"), Arbitraries.of("orders"))
        .as(ServiceRef::new);
  }

  public static Arbitrary<HttpRoute> route() {
    var parents = Combinators.combine(service(), Arbitraries.of(0, 80, 8080)).as(Parent::new);
    return Combinators.combine(
            Values.id("HTTPRoute"),
            parents.list().ofMinSize(1).ofMaxSize(2),
            Arbitraries.of("shop", "pay").optional(0.3),
            rule().list().ofMaxSize(3))
        .as(HttpRoute::new);
  }

  /// Prefixes are replaced only where all matches are of prefixes, as compiling ensures.
  private static Arbitrary<Rule> rule() {
    return Combinators.combine(
            match().list().ofMaxSize(3),
            actions(anyEdit()),
            actions(fullEdit()),
            Arbitraries.longs().between(1, 5000).map(Duration::ofMillis).optional(0.3))
        .as((matches, any, full, timeout) -> {
          boolean prefixed =
              matches.stream().allMatch(match -> match.path() instanceof PathMatch.Prefix);
          Actions actions = prefixed ? any : full;
          return new Rule(matches, actions.filters(), actions.backends(), timeout);
        });
  }

  private record Actions(List<Filter> filters, List<Backend> backends) {}

  private static Arbitrary<Actions> actions(Arbitrary<PathEdit> edits) {
    return Combinators.combine(
            filter(edits).list().ofMaxSize(2), backend(edits).list().ofMaxSize(2))
        .as(Actions::new);
  }

  private static Arbitrary<Match> match() {
    return Combinators.combine(
            pathMatch(),
            Arbitraries.of("GET", "POST").injectNull(0.5),
            named("x-a", "x-b").list().ofMaxSize(3),
            named("q", "r").list().ofMaxSize(2))
        .as(Match::new);
  }

  private static Arbitrary<PathMatch> pathMatch() {
    var paths = Arbitraries.of("/", "/a", "/a/", "/a/b", "/ab");
    return Arbitraries.oneOf(
        List.of(
            paths.map(PathMatch.Exact::new),
            paths.map(PathMatch.Prefix::new),
            Arbitraries.of("/a.*", "/[ab]+", ".*").map(PathMatch.Regex::new)));
  }

  private static Arbitrary<NamedMatch> named(String... names) {
    Arbitrary<ValueMatch> values =
        Arbitraries.oneOf(
            List.of(
                Arbitraries.of("1", "2", "1,2").map(ValueMatch.Exact::new),
                Arbitraries.of("[12]", "1.*").map(ValueMatch.Regex::new)));
    return Combinators.combine(Arbitraries.of(names), values).as(NamedMatch::new);
  }

  private static Arbitrary<PathEdit> fullEdit() {
    return Arbitraries.of("/x", "/x/", "").map(PathEdit.ReplaceFull::new);
  }

  private static Arbitrary<PathEdit> anyEdit() {
    return Arbitraries.oneOf(
        List.of(fullEdit(), Arbitraries.of("/x", "/x/", "").map(PathEdit.ReplacePrefix::new)));
  }

  private static Arbitrary<Filter> filter(Arbitrary<PathEdit> edit) {
    var header =
        Combinators.combine(Arbitraries.of("x-a", "X-B"), Arbitraries.of("1", ""))
            .as(HeaderValue::new);
    var edits =
        Combinators.combine(
                header.list().ofMaxSize(2),
                header.list().ofMaxSize(2),
                Arbitraries.of("x-a", "x-c").list().ofMaxSize(2))
            .as(HeaderEdits::new);
    return Arbitraries.oneOf(
        List.of(
            edits.map(Filter.RequestHeaders::new),
            edits.map(Filter.ResponseHeaders::new),
            Combinators.combine(
                    Arbitraries.of("http", "https").injectNull(0.3),
                    Arbitraries.of("a.example").injectNull(0.3),
                    edit.injectNull(0.3),
                    Arbitraries.of(0, 80, 8443),
                    Arbitraries.of(301, 302, 303, 307, 308))
                .as(Filter.Redirect::new),
            Combinators.combine(Arbitraries.of("b.example").injectNull(0.3), edit.injectNull(0.3))
                .as(Filter.Rewrite::new)));
  }

  private static Arbitrary<Backend> backend(Arbitrary<PathEdit> edit) {
    return Combinators.combine(
            service(),
            Arbitraries.of(80, 8080),
            Arbitraries.integers().between(0, 1_000_000),
            filter(edit).list().ofMaxSize(1),
            Arbitraries.of(HttpRoute.Resolution.class))
        .as(Backend::new);
  }
}
