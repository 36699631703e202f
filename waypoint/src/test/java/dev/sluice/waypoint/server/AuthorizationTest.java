package dev.sluice.waypoint.server;

import static dev.sluice.waypoint.server.Policies.all;
import static dev.sluice.waypoint.server.Policies.allow;
import static dev.sluice.waypoint.server.Policies.claim;
import static dev.sluice.waypoint.server.Policies.deny;
import static dev.sluice.waypoint.server.Policies.exact;
import static dev.sluice.waypoint.server.Policies.header;
import static dev.sluice.waypoint.server.Policies.method;
import static dev.sluice.waypoint.server.Policies.path;
import static dev.sluice.waypoint.server.Policies.prefix;
import static dev.sluice.waypoint.server.Policies.route;
import static dev.sluice.waypoint.server.Policies.rule;
import static dev.sluice.waypoint.server.Policies.to;
import static dev.sluice.waypoint.server.Policies.unresolved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.RequestAuthentication;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.route.HttpRoute.Filter;
import dev.sluice.waypoint.jwt.Tokens;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthorizationTest {

  private static final World WORLD = new World();

  @AfterAll
  static void end() {
    WORLD.close();
  }

  @BeforeEach
  void reset() {
    WORLD.allowAll();
    WORLD.bind(World.API);
  }

  private static void enforce(AuthorizationPolicy... policies) {
    WORLD.enforce(List.of(policies), List.of(), List.of());
  }

  private static int status(String method, String target, String... headers) {
    return WORLD.ask(method, target, headers).status();
  }

  @Test
  void a_request_reaches_the_workload_over_a_tunnel_of_the_waypoint() {
    Wire.Reply reply =
        WORLD.ask(
            "GET",
            "/a//b/../c?x=1",
            "X-Forwarded-Client-Cert",
            "URI=spiffe://evil",
            "X-Envoy-Retry-On",
            "5xx");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).contains("h1 GET /a/c?x=1\n");
    assertThat(reply.seen("x-forwarded-client-cert"))
        .isEqualTo("By=" + World.WAYPOINT.uri() + ";URI=" + World.WEB.uri());
    assertThat(reply.seen("x-forwarded-proto")).isEqualTo("http");
    assertThat(reply.seen("x-request-id")).isNotEmpty();
    assertThat(reply.seen("x-envoy-retry-on")).isEmpty();
    assertThat(reply.header("x-envoy-upstream")).isEmpty();
    assertThat(WORLD.authorities).allMatch(line -> line.contains(World.WAYPOINT.uri()));
    assertThat(WORLD.authorities.getLast()).contains(":8080");
  }

  @Test
  void identity_method_path_and_header_decide() {
    enforce(
        allow(
            all(Policies.from("cluster.local/ns/shop/sa/web"), method("GET"), path("/orders")),
            header("x-tenant", "blue")),
        deny(path("/orders/admin")));

    assertThat(status("GET", "/orders/7")).isEqualTo(200);
    assertThat(status("POST", "/orders/7")).isEqualTo(403);
    assertThat(status("GET", "/other")).isEqualTo(403);
    assertThat(status("POST", "/other", "X-Tenant", "blue")).isEqualTo(200);
    assertThat(status("POST", "/other", "X-Tenant", "red")).isEqualTo(403);
    assertThat(status("GET", "/orders/admin")).isEqualTo(403);
    Wire.Reply other = WORLD.wire(World.OTHER, World.HTTP).ask("GET", "/orders/7");
    assertThat(other.status()).isEqualTo(403);
    assertThat(other.body()).isEqualTo("RBAC: access denied");
  }

  @Test
  void the_canonical_path_decides_and_confusing_ones_are_refused() {
    enforce(deny(path("/admin")));

    assertThat(status("GET", "//admin")).isEqualTo(403);
    assertThat(status("GET", "/x/../admin")).isEqualTo(403);
    assertThat(status("GET", "/%61dmin")).isEqualTo(403);
    assertThat(status("GET", "/x%2f..%2fadmin")).isEqualTo(400);
    assertThat(status("GET", "/x/..;/admin")).isEqualTo(400);
    assertThat(status("GET", "/x%00")).isEqualTo(400);
    assertThat(status("GET", "/public")).isEqualTo(200);
  }

  @Test
  void the_service_and_workload_ports_are_the_ones_of_the_connection() {
    enforce(deny(new Condition.WorkloadPort(8080)));
    assertThat(status("GET", "/")).isEqualTo(403);
    enforce(deny(new Condition.ServicePort(80)));
    assertThat(status("GET", "/")).isEqualTo(403);
    enforce(deny(new Condition.WorkloadPort(80), new Condition.ServicePort(8080)));
    assertThat(status("GET", "/")).isEqualTo(200);
  }

  @Test
  void the_host_is_compared_without_case_and_trailing_dot() {
    enforce(deny(new Condition.Host(new StringMatch.Exact("secret.shop"))));

    assertThat(status("GET", "/", "Host", "SECRET.shop")).isEqualTo(403);
    assertThat(status("GET", "/", "Host", "secret.shop.")).isEqualTo(403);
    assertThat(status("GET", "/", "Host", "open.shop")).isEqualTo(200);
  }

  @Test
  void a_policy_of_the_chosen_workload_decides() {
    var onlyV2 =
        Policies.policy(
            "v2",
            AuthorizationPolicy.Action.DENY,
            new Scope.Selected("shop", Map.of("v", "2")),
            Condition.always());
    WORLD.enforce(
        List.of(onlyV2),
        List.of(),
        List.of(
            route(rule(prefix("/one"), to("api-v1", 1)), rule(prefix("/two"), to("api-v2", 1)))));

    assertThat(status("GET", "/one")).isEqualTo(200);
    assertThat(status("GET", "/two")).isEqualTo(403);
  }

  @Test
  void answers_of_the_waypoint_are_authorized_against_every_class_of_endpoints() {
    var redirect = new Filter.Redirect("https", null, null, 0, 302);
    var routes =
        List.of(
            route(rule(exact("/moved"), List.of(redirect)), rule(exact("/broken"), unresolved(1))));
    WORLD.enforce(List.of(), List.of(), routes);
    assertThat(status("GET", "/moved")).isEqualTo(302);
    assertThat(status("GET", "/broken")).isEqualTo(500);
    assertThat(status("GET", "/unrouted")).isEqualTo(404);

    var onlyV2 =
        Policies.policy(
            "v2",
            AuthorizationPolicy.Action.DENY,
            new Scope.Selected("shop", Map.of("v", "2")),
            Policies.from("cluster.local/ns/shop/sa/web"));
    WORLD.enforce(List.of(onlyV2), List.of(), routes);
    assertThat(status("GET", "/moved")).isEqualTo(403);
    assertThat(status("GET", "/broken")).isEqualTo(403);
    assertThat(status("GET", "/unrouted")).isEqualTo(403);
    assertThat(WORLD.wire(World.OTHER, World.HTTP).ask("GET", "/moved").status()).isEqualTo(302);
  }

  private static void enforceTokens() {
    RequestAuthentication tokens = Tokens.policy(Tokens.rule());
    WORLD.enforce(
        List.of(
            allow(
                all(
                    new Condition.RequestPrincipal(
                        new StringMatch.Exact(Tokens.ISSUER), new StringMatch.Present()),
                    claim("role", "clerk")),
                path("/open"))),
        List.of(tokens),
        List.of());
  }

  @Test
  void a_token_is_validated_and_its_claims_decide() {
    enforceTokens();
    String clerk = "Bearer " + Tokens.token("role", "clerk");

    Wire.Reply reply = WORLD.ask("GET", "/x", "Authorization", clerk);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.seen("authorization")).isEmpty();
    assertThat(status("GET", "/x", "Authorization", "Bearer " + Tokens.token("role", "guest")))
        .isEqualTo(403);
    assertThat(status("GET", "/x")).isEqualTo(403);
    assertThat(status("GET", "/open")).isEqualTo(200);
  }

  @Test
  void an_invalid_token_is_401_a_foreign_audience_403_and_two_headers_400() {
    enforceTokens();
    String clerk = "Bearer " + Tokens.token("role", "clerk");

    Wire.Reply invalid = WORLD.ask("GET", "/open", "Authorization", "Bearer nonsense");
    assertThat(invalid.status()).isEqualTo(401);
    assertThat(invalid.header("www-authenticate"))
        .isEqualTo("Bearer realm=\"http://api.shop\", error=\"invalid_token\"");
    Wire.Reply foreign =
        WORLD.ask("GET", "/open", "Authorization", "Bearer " + Tokens.token("aud", "x"));
    assertThat(foreign.status()).isEqualTo(403);
    assertThat(foreign.body()).isEqualTo("Audiences in Jwt are not allowed");
    assertThat(status("GET", "/x", "Authorization", clerk, "Authorization", clerk)).isEqualTo(400);
    assertThat(status("GET", "/x", "Connection", "authorization", "Authorization", clerk))
        .isEqualTo(200);
  }

  @Test
  void a_token_in_the_query_is_not_passed_on() {
    enforceTokens();
    Wire.Reply reply =
        WORLD.ask("GET", "/x?a=1&access_token=" + Tokens.token("role", "clerk") + "&b=2");

    assertThat(reply.body()).contains("GET /x?a=1&b=2\n");
  }

  @Test
  void what_was_authorized_is_what_the_log_and_metrics_name() throws IOException {
    enforce(deny(path("/admin")));
    status("GET", "/admin");
    var text = new ByteArrayOutputStream();
    WORLD.metrics.exposition(null).writeTo(text);

    assertThat(text.toString(StandardCharsets.UTF_8))
        .contains("istio_requests_total{")
        .contains("reporter=\"waypoint\"")
        .contains("source_principal=\"" + World.WEB.uri() + "\"")
        .contains("response_code=\"403\"")
        .contains(
            "sluice_decisions_total{decision=\"deny\",layer=\"waypoint\",policy=\"AuthorizationPolicy"
                + " shop/deny\"}")
        .contains("istio_request_duration_milliseconds_bucket{");
  }
}
