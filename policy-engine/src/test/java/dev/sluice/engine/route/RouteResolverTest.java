package dev.sluice.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.policy.HttpRequest.Headers;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.route.HttpRoute.Match;
import dev.sluice.engine.route.HttpRoute.NamedMatch;
import dev.sluice.engine.route.HttpRoute.Parent;
import dev.sluice.engine.route.HttpRoute.PathMatch;
import dev.sluice.engine.route.HttpRoute.Rule;
import dev.sluice.engine.route.HttpRoute.ServiceRef;
import dev.sluice.engine.route.HttpRoute.ValueMatch;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteResolverTest {

  private static final ServiceRef ORDERS = new ServiceRef("shop", "orders");
  private static final Match ANY = prefix("/");

  private static Match prefix(String path) {
    return new Match(new PathMatch.Prefix(path), null, List.of(), List.of());
  }

  private static Match exact(String path) {
    return new Match(new PathMatch.Exact(path), null, List.of(), List.of());
  }

  private static Match with(Match match, String method) {
    return new Match(match.path(), method, match.headers(), match.query());
  }

  private static Match headers(Match match, String... named) {
    return new Match(match.path(), match.method(), named(named), match.query());
  }

  private static Match query(Match match, String... named) {
    return new Match(match.path(), match.method(), match.headers(), named(named));
  }

  private static List<NamedMatch> named(String... named) {
    return Arrays.stream(named)
        .map(text -> text.split("=", 2))
        .map(pair -> new NamedMatch(pair[0], new ValueMatch.Exact(pair[1])))
        .toList();
  }

  /// A route with one rule per match.
  private static HttpRoute route(String name, Match... matches) {
    return route(name, 0, Optional.empty(), matches);
  }

  private static HttpRoute route(
      String name, int port, Optional<String> callers, Match... matches) {
    return new HttpRoute(
        new PolicyId("HTTPRoute", "shop", name),
        List.of(new Parent(ORDERS, port)),
        callers,
        Arrays.stream(matches)
            .map(match -> new Rule(List.of(match), List.of(), List.of(), Optional.empty()))
            .toList());
  }

  private static RouteRequest get(String target) {
    return request("GET", target, 80, null, Map.of());
  }

  private static RouteRequest request(
      String method,
      String target,
      int port,
      @Nullable String caller,
      Map<String, String> headers) {
    String[] parts = target.split("\\?", 2);
    return new RouteRequest(
        ORDERS,
        port,
        caller,
        method,
        parts[0],
        parts.length == 2 ? parts[1] : "",
        Headers.of(headers));
  }

  private static Resolution resolve(RouteRequest request, HttpRoute... routes) {
    return RouteResolver.of(List.of(routes)).resolve(request);
  }

  /// `route#rule` of what was resolved.
  private static String chosen(RouteRequest request, HttpRoute... routes) {
    return switch (resolve(request, routes)) {
      case Resolution.Forward(var route, var rule, _) ->
          route.id().name() + "#" + route.rules().indexOf(rule);
      case Resolution.NoRouteMatched() -> "404";
      case Resolution.NoRoutes() -> "none";
    };
  }

  @ParameterizedTest
  @CsvSource({
    "/abc, /abc, r#0",
    "/abc, /abc/, r#0",
    "/abc, /abc/def, r#0",
    "/abc, /abcd, 404",
    "/abc/, /abc, r#0",
    "/abc/, /abc/def, r#0",
    "/match/, /match/any, r#0",
    "/v2, /v2example, 404",
    "/, /anything, r#0",
    "/abc, /ABC, 404"
  })
  void matches_prefixes_by_element(String prefix, String path, String expected) {
    assertThat(chosen(get(path), route("r", prefix(prefix)))).isEqualTo(expected);
  }

  @Test
  void matches_exact_paths_byte_for_byte() {
    assertThat(chosen(get("/one"), route("r", exact("/one")))).isEqualTo("r#0");
    assertThat(chosen(get("/one/"), route("r", exact("/one")))).isEqualTo("404");
    assertThat(chosen(get("/One"), route("r", exact("/one")))).isEqualTo("404");
  }

  @Test
  void matches_expressions_against_the_whole_path() {
    var regex = new Match(new PathMatch.Regex("/v[0-9]+/.*"), null, List.of(), List.of());

    assertThat(chosen(get("/v2/x"), route("r", regex))).isEqualTo("r#0");
    assertThat(chosen(get("/api/v2/x"), route("r", regex))).isEqualTo("404");
  }

  @Test
  void prefers_exact_then_prefix_then_expression() {
    var regex = new Match(new PathMatch.Regex("/a/b/c|/a.*"), "GET", List.of(), List.of());
    HttpRoute route = route("r", with(regex, "GET"), with(prefix("/a/b"), "GET"), exact("/a/b/c"));

    assertThat(chosen(get("/a/b/c"), route)).isEqualTo("r#2");
    assertThat(chosen(get("/a/b/d"), route)).isEqualTo("r#1");
    assertThat(chosen(get("/a/x"), route)).isEqualTo("r#0");
  }

  @Test
  void prefers_the_longer_prefix_over_every_other_criterion() {
    HttpRoute route =
        route("r", with(prefix("/"), "PATCH"), prefix("/path5"), headers(prefix("/"), "a=1"));

    assertThat(chosen(request("PATCH", "/path5", 80, null, Map.of("a", "1")), route))
        .isEqualTo("r#1");
  }

  @Test
  void prefers_method_then_headers_then_parameters() {
    HttpRoute route =
        route(
            "r",
            query(ANY, "animal=hydra"),
            headers(ANY, "version=four"),
            with(ANY, "PATCH"),
            query(ANY, "animal=hydra", "color=red"),
            headers(ANY, "version=four", "x=y"));
    var version = Map.of("version", "four");

    assertThat(chosen(request("PATCH", "/?animal=hydra", 80, null, version), route))
        .isEqualTo("r#2");
    assertThat(chosen(request("GET", "/?animal=hydra", 80, null, version), route)).isEqualTo("r#1");
    assertThat(chosen(get("/?animal=hydra"), route)).isEqualTo("r#0");
    assertThat(chosen(get("/?color=red&animal=hydra"), route)).isEqualTo("r#3");
    assertThat(chosen(request("GET", "/", 80, null, Map.of("version", "four", "x", "y")), route))
        .isEqualTo("r#4");
  }

  @Test
  void prefers_the_smaller_name_between_routes_and_the_first_rule_within_one() {
    assertThat(chosen(get("/"), route("b", ANY), route("a", ANY, ANY))).isEqualTo("a#0");
    assertThat(chosen(get("/x"), route("a", ANY), route("b", prefix("/x")))).isEqualTo("b#0");
  }

  @Test
  void does_not_take_head_for_get() {
    HttpRoute route = route("r", with(ANY, "GET"));

    assertThat(chosen(request("HEAD", "/", 80, null, Map.of()), route)).isEqualTo("404");
    assertThat(chosen(request("get", "/", 80, null, Map.of()), route)).isEqualTo("404");
  }

  @Test
  void counts_only_the_first_of_repeated_names_in_a_match() {
    HttpRoute route =
        route("r", headers(ANY, "a=1", "a=2"), query(ANY, "q=1", "q=2"), headers(ANY, "b=1"));

    assertThat(chosen(request("GET", "/", 80, null, Map.of("a", "1")), route)).isEqualTo("r#0");
    assertThat(chosen(request("GET", "/", 80, null, Map.of("a", "2")), route)).isEqualTo("404");
    assertThat(chosen(get("/?q=1"), route)).isEqualTo("r#1");
    assertThat(chosen(get("/?q=2"), route)).isEqualTo("404");
    assertThat(chosen(request("GET", "/", 80, null, Map.of("a", "1", "b", "1")), route))
        .isEqualTo("r#0");
  }

  @ParameterizedTest
  @CsvSource({
    "q=1, r#0",
    "q=1&q=2, r#0",
    "q=2&q=1, 404",
    "Q=1, 404",
    "x=1&q=1, r#0",
    "qq=1, 404",
    "q=%31, r#0",
    "%71=1, r#0",
    "q=1%, 404",
    "q, 404",
    "'', 404"
  })
  void takes_the_first_parameter_of_a_name(String query, String expected) {
    assertThat(chosen(get("/?" + query), route("r", query(ANY, "q=1")))).isEqualTo(expected);
  }

  @Test
  void reads_a_parameter_without_value_as_empty() {
    assertThat(chosen(get("/?q"), route("r", query(ANY, "q=")))).isEqualTo("r#0");
    assertThat(chosen(get("/?q="), route("r", query(ANY, "q=")))).isEqualTo("r#0");
    assertThat(chosen(get("/?q=a+b"), route("r", query(ANY, "q=a b")))).isEqualTo("r#0");
  }

  @Test
  void answers_404_once_any_route_is_attached() {
    assertThat(chosen(get("/"))).isEqualTo("none");
    assertThat(chosen(get("/b"), route("r", prefix("/a")))).isEqualTo("404");
    assertThat(chosen(get("/b"), route("r"))).isEqualTo("404");
  }

  @Test
  void attaches_to_one_port_or_to_all_and_merges_both() {
    HttpRoute everywhere = route("all", prefix("/"));
    HttpRoute single = route("one", 8080, Optional.empty(), prefix("/a"));

    assertThat(chosen(request("GET", "/a", 8080, null, Map.of()), everywhere, single))
        .isEqualTo("one#0");
    assertThat(chosen(request("GET", "/b", 8080, null, Map.of()), everywhere, single))
        .isEqualTo("all#0");
    assertThat(chosen(request("GET", "/a", 80, null, Map.of()), everywhere, single))
        .isEqualTo("all#0");
    assertThat(chosen(request("GET", "/a", 80, null, Map.of()), single)).isEqualTo("none");
    assertThat(chosen(request("GET", "/b", 8080, null, Map.of()), single)).isEqualTo("404");
  }

  @Test
  void serves_callers_of_a_namespace_by_its_consumer_routes_alone() {
    HttpRoute producer = route("producer", exact("/a"), prefix("/p"));
    HttpRoute consumer = route("consumer", 0, Optional.of("pay"), prefix("/"));
    HttpRoute narrow = route("narrow", 0, Optional.of("jobs"), prefix("/j"));

    assertThat(by("shop", "/a", producer, consumer)).isEqualTo("producer#0");
    assertThat(by("pay", "/a", producer, consumer)).isEqualTo("consumer#0");
    assertThat(by("jobs", "/a", producer, consumer, narrow)).isEqualTo("404");
    assertThat(by(null, "/a", producer, consumer)).isEqualTo("producer#0");
    assertThat(by("shop", "/a", consumer)).isEqualTo("none");
  }

  @Test
  void merges_the_consumer_routes_of_one_namespace() {
    HttpRoute first = route("a", 0, Optional.of("pay"), prefix("/"));
    HttpRoute second = route("b", 0, Optional.of("pay"), prefix("/b"));

    assertThat(by("pay", "/b", first, second)).isEqualTo("b#0");
    assertThat(by("pay", "/c", first, second)).isEqualTo("a#0");
  }

  @Test
  void overrides_the_producer_on_the_consumer_s_port_only() {
    HttpRoute producer = route("producer", ANY);
    HttpRoute consumer = route("consumer", 8080, Optional.of("pay"), ANY);

    assertThat(chosen(request("GET", "/", 8080, "pay", Map.of()), producer, consumer))
        .isEqualTo("consumer#0");
    assertThat(chosen(request("GET", "/", 80, "pay", Map.of()), producer, consumer))
        .isEqualTo("producer#0");
  }

  private static String by(@Nullable String caller, String path, HttpRoute... routes) {
    return chosen(request("GET", path, 80, caller, Map.of()), routes);
  }

  @Test
  void joins_repeated_headers_by_comma() {
    assertThat(
            chosen(
                request("GET", "/", 80, null, Map.of("X-A", "1,2")),
                route("r", headers(ANY, "x-a=1,2"))))
        .isEqualTo("r#0");
  }

  @Test
  void reads_a_rule_without_matches_as_any_request() {
    var rule = new Rule(List.of(), List.of(), List.of(), Optional.empty());
    var route =
        new HttpRoute(
            new PolicyId("HTTPRoute", "shop", "r"),
            List.of(new Parent(ORDERS, 0)),
            Optional.empty(),
            List.of(rule));

    assertThat(chosen(get("/x"), route)).isEqualTo("r#0");
  }
}
