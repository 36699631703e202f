package dev.sluice.waypoint.server;

import static dev.sluice.waypoint.server.Policies.deny;
import static dev.sluice.waypoint.server.Policies.exact;
import static dev.sluice.waypoint.server.Policies.path;
import static dev.sluice.waypoint.server.Policies.prefix;
import static dev.sluice.waypoint.server.Policies.route;
import static dev.sluice.waypoint.server.Policies.rule;
import static dev.sluice.waypoint.server.Policies.timed;
import static dev.sluice.waypoint.server.Policies.to;
import static dev.sluice.waypoint.server.Policies.unresolved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.route.HttpRoute;
import dev.sluice.engine.route.HttpRoute.Filter;
import dev.sluice.engine.route.HttpRoute.HeaderEdits;
import dev.sluice.engine.route.HttpRoute.HeaderValue;
import dev.sluice.engine.route.HttpRoute.Match;
import dev.sluice.engine.route.HttpRoute.NamedMatch;
import dev.sluice.engine.route.HttpRoute.PathEdit;
import dev.sluice.engine.route.HttpRoute.PathMatch;
import dev.sluice.engine.route.HttpRoute.ValueMatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RoutingTest {

  private static final World WORLD = new World();

  @AfterAll
  static void end() {
    WORLD.close();
  }

  @BeforeEach
  void reset() {
    WORLD.bind(World.API);
  }

  private static void routes(HttpRoute.Rule... rules) {
    WORLD.enforce(List.of(), List.of(), List.of(route(rules)));
  }

  private static String app(String method, String target, String... headers) {
    return WORLD.ask(method, target, headers).header("x-app");
  }

  @Test
  void the_most_specific_match_wins() {
    var byHeader =
        new Match(
            new PathMatch.Prefix("/"),
            null,
            List.of(new NamedMatch("x-version", new ValueMatch.Exact("v2"))),
            List.of());
    var byQuery =
        new Match(
            new PathMatch.Prefix("/"),
            null,
            List.of(),
            List.of(new NamedMatch("v", new ValueMatch.Exact("2"))));
    var byMethod = new Match(new PathMatch.Prefix("/"), "PATCH", List.of(), List.of());
    routes(
        rule(prefix("/"), to("api-v1", 1)),
        rule(byHeader, to("api-v2", 1)),
        rule(byQuery, to("api-v2", 1)),
        rule(byMethod, to("api-v2", 1)),
        rule(prefix("/two"), to("api-v2", 1)),
        rule(exact("/two/one"), to("api-v1", 1)));

    assertThat(app("GET", "/")).isEqualTo("v1");
    assertThat(app("GET", "/", "X-Version", "v2")).isEqualTo("v2");
    assertThat(app("GET", "/?v=2")).isEqualTo("v2");
    assertThat(app("PATCH", "/")).isEqualTo("v2");
    assertThat(app("GET", "/two/x")).isEqualTo("v2");
    assertThat(app("GET", "/two/one")).isEqualTo("v1");
    assertThat(app("GET", "/twofold")).isEqualTo("v1");
  }

  @Test
  void weights_split_the_requests() {
    routes(rule(prefix("/"), to("api-v1", 90), to("api-v2", 10), to("api-v2", 0)));
    Wire wire = WORLD.wire();
    List<String> apps = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int count = i + 1;
      wire.send("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
      wire.await(text -> text.split("x-app: ", -1).length > count);
    }
    String text = wire.await(all -> all.split("x-app: ", -1).length > 300);
    for (String part : text.split("x-app: ", -1)) {
      apps.add(part.substring(0, Math.min(2, part.length())));
    }

    assertThat(apps.stream().filter("v2"::equals).count()).isBetween(12L, 55L);
    assertThat(apps.stream().filter("v1"::equals).count()).isBetween(245L, 288L);
  }

  @Test
  void errors_of_routing_have_their_status() {
    routes(
        rule(exact("/none")),
        rule(exact("/zero"), to("api-v1", 0)),
        rule(exact("/unresolved"), unresolved(1)),
        rule(exact("/empty"), to("empty", 1)),
        rule(exact("/gone"), to("vanished", 1)));

    assertThat(WORLD.ask("GET", "/unmatched").status()).isEqualTo(404);
    assertThat(WORLD.ask("GET", "/none").status()).isEqualTo(500);
    assertThat(WORLD.ask("GET", "/zero").status()).isEqualTo(500);
    assertThat(WORLD.ask("GET", "/unresolved").status()).isEqualTo(500);
    assertThat(WORLD.ask("GET", "/empty").status()).isEqualTo(503);
    assertThat(WORLD.ask("GET", "/gone").status()).isEqualTo(503);
  }

  @Test
  void a_redirect_keeps_what_it_does_not_change() {
    var redirect = new Filter.Redirect(null, "new.shop", new PathEdit.ReplacePrefix("/y"), 0, 301);
    routes(rule(prefix("/x"), List.of(redirect)));
    Wire.Reply reply = WORLD.ask("GET", "/x/z?q=1");

    assertThat(reply.status()).isEqualTo(301);
    assertThat(reply.header("location")).isEqualTo("http://new.shop/y/z?q=1");
  }

  @Test
  void filters_edit_headers_and_path_after_authorization() {
    var request =
        new Filter.RequestHeaders(
            new HeaderEdits(
                List.of(
                    new HeaderValue("x-set", "new"),
                    new HeaderValue("x-forwarded-client-cert", "forged")),
                List.of(new HeaderValue("x-add", "two")),
                List.of("x-remove")));
    var response =
        new Filter.ResponseHeaders(
            new HeaderEdits(List.of(new HeaderValue("x-app", "hidden")), List.of(), List.of()));
    var rewrite = new Filter.Rewrite("inner.shop", new PathEdit.ReplacePrefix("/admin"));
    WORLD.enforce(
        List.of(deny(path("/admin"))),
        List.of(),
        List.of(route(rule(prefix("/x"), List.of(request, response, rewrite), to("api-v1", 1)))));
    Wire.Reply reply =
        WORLD.ask("GET", "/x/a?b=c", "X-Set", "old", "X-Add", "one", "X-Remove", "me");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).contains("h1 GET /admin/a?b=c\n");
    assertThat(reply.seen("host")).isEqualTo("inner.shop");
    assertThat(reply.seen("x-set")).isEqualTo("new");
    assertThat(reply.body()).contains("x-add: one\n", "x-add: two\n");
    assertThat(reply.seen("x-remove")).isEmpty();
    assertThat(reply.seen("x-forwarded-client-cert")).contains(World.WEB.uri());
    assertThat(reply.header("x-app")).isEqualTo("hidden");
  }

  @Test
  void a_request_that_takes_too_long_is_504() {
    routes(timed(rule(prefix("/"), to("api-v1", 1)), Duration.ofMillis(300)));

    assertThat(WORLD.ask("GET", "/", "X-Delay", "5000").status()).isEqualTo(504);
    assertThat(WORLD.ask("GET", "/", "X-Delay", "10").status()).isEqualTo(200);
  }

  @Test
  void a_destination_with_another_identity_is_503_and_sees_nothing() {
    WORLD.allowAll();
    int before = WORLD.v1.seen.size() + WORLD.v2.seen.size();
    WORLD.bind(SpiffeId.of("cluster.local", "shop", "impostor"));

    assertThat(WORLD.ask("GET", "/secret").status()).isEqualTo(503);
    assertThat(WORLD.v1.seen.size() + WORLD.v2.seen.size()).isEqualTo(before);
  }

  @Test
  void a_consumer_route_concerns_only_callers_of_its_namespace() {
    var producer = route(rule(prefix("/"), to("api-v1", 1)));
    var consumer =
        new HttpRoute(
            producer.id(),
            producer.parents(),
            java.util.Optional.of("other"),
            List.of(rule(prefix("/"), to("api-v2", 1))));
    WORLD.enforce(List.of(), List.of(), List.of(producer, consumer));

    assertThat(app("GET", "/")).isEqualTo("v1");
    assertThat(WORLD.wire(World.OTHER, World.HTTP).ask("GET", "/").header("x-app")).isEqualTo("v2");
  }
}
