package dev.sluice.compiler.walk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Client;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.walk.Journey.Ending;
import dev.sluice.compiler.walk.Outcome.Answered;
import dev.sluice.compiler.walk.Outcome.Unanswerable;
import dev.sluice.compiler.walk.Outcome.Why;
import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WalkTest {

  private static final String ISSUER = "https://idp.shop.example";

  private final Walk shop = Shop.walk();

  @Test
  void a_request_through_a_waypoint_is_judged_there_and_passed_on() {
    Answered answer = answered(shop, Shop.request(Shop.WEB, orders(), Shop.http("GET", "/orders")));

    assertThat(answer.decision()).isEqualTo(Decision.ALLOW);
    assertThat(decider(answer)).isEqualTo("AuthorizationPolicy shop/orders-read rule at waypoint");
    assertThat(answer.journey().hops()).hasSize(2);
    assertThat(answer.journey().hops().get(1).isRelay()).isTrue();
    assertThat(answer.journey().route()).hasToString("Optional[HTTPRoute shop/orders-split]");
  }

  @Test
  void every_backend_of_a_route_is_a_journey_of_its_own() {
    Answered answer = answered(shop, Shop.request(Shop.WEB, orders(), Shop.http("GET", "/orders")));

    assertThat(answer.journeys())
        .extracting(Journey::ending)
        .containsExactly(
            new Ending.Delivered(java.util.List.of("Deployment shop/orders-v1"), 8080),
            new Ending.Delivered(java.util.List.of("Deployment shop/orders-v2"), 8080));
  }

  @Test
  void the_path_is_made_canonical_before_anything_looks_at_it() {
    Answered answer =
        answered(shop, Shop.request(Shop.WEB, orders(), Shop.http("GET", "/orders//%61dmin/x")));

    assertThat(answer.decision()).isEqualTo(Decision.DENY);
    assertThat(decider(answer))
        .isEqualTo("AuthorizationPolicy shop/orders-no-admin rule at waypoint");
  }

  @Test
  void a_path_with_two_readings_is_refused_before_any_policy() {
    Answered answer =
        answered(shop, Shop.request(Shop.WEB, orders(), Shop.http("GET", "/orders/..;/admin")));

    assertThat(answer.decision()).isEqualTo(Decision.DENY);
    assertThat(answer.journey().ending()).isInstanceOf(Ending.Malformed.class);
  }

  @Test
  void dialling_the_pod_behind_the_waypoint_is_refused_by_the_guard() {
    Answered answer =
        answered(
            shop,
            Shop.request(Shop.WEB, Shop.workload("orders-v1", 8080), Shop.http("GET", "/orders")));

    assertThat(answer.decision()).isEqualTo(Decision.DENY);
    assertThat(decider(answer)).contains("guard_refused at ztunnel");
  }

  @Test
  void a_client_without_identity_ends_at_the_pod_whatever_it_dials() {
    Answered answer =
        answered(shop, Shop.request(Shop.PLAINTEXT, orders(), Shop.http("GET", "/orders")));

    assertThat(answer.decision()).isEqualTo(Decision.DENY);
    assertThat(decider(answer))
        .isEqualTo("PeerAuthentication istio-system/mesh-mtls plaintext_refused at ztunnel");
  }

  @Test
  void the_token_of_a_clerk_lets_web_place_an_order() {
    var post = Shop.http("POST", "/orders");

    assertThat(decision(Shop.withToken(post, Shop.token(ISSUER, "clerk"))))
        .isEqualTo(Decision.ALLOW);
    assertThat(decision(Shop.withToken(post, Shop.token(ISSUER, "guest"))))
        .isEqualTo(Decision.DENY);
    assertThat(decision(Shop.withToken(post, Shop.token("https://other", "clerk"))))
        .isEqualTo(Decision.REJECT);
    assertThat(decision(Shop.withToken(post, new Token.Invalid()))).isEqualTo(Decision.REJECT);
    assertThat(decision(post)).isEqualTo(Decision.DENY);
  }

  @Test
  void a_service_without_waypoint_is_decided_by_ztunnel_alone() {
    Case asked = Shop.connection(Shop.client("shop", "orders"), Shop.service("ledger", 80));

    Answered answer = answered(shop, asked);

    assertThat(decider(answer))
        .isEqualTo("AuthorizationPolicy payments/ledger-only-orders rule at ztunnel");
    assertThat(answer.journey().hops()).hasSize(1);
  }

  @Test
  void a_pod_is_found_by_the_name_its_workload_gives_it() {
    Case asked =
        Shop.connection(
            Shop.client("shop", "orders"),
            new Target.OfWorkload("payments", "ledger-5d9c7b9f4-x2b5t", 8080, Optional.empty()));

    assertThat(answered(shop, asked).decision()).isEqualTo(Decision.ALLOW);
  }

  @Test
  void unknown_names_get_the_nearest_existing_one() {
    assertThat(shop.answer(Shop.connection(Shop.WEB, Shop.service("oders", 80))))
        .isEqualTo(
            new Unanswerable(
                Why.UNKNOWN_NAME,
                "Service `shop/oders` is not in the tree",
                "did you mean `shop/orders`?"));
    assertThat(shop.answer(Shop.connection(Shop.WEB, Shop.workload("order-v1", 80))))
        .isEqualTo(
            new Unanswerable(
                Why.UNKNOWN_NAME,
                "workload `shop/order-v1` is not in the tree",
                "did you mean `shop/orders-v1`?"));
    assertThat(shop.answer(Shop.connection(Shop.WEB, Shop.service("orders", 8080))))
        .isEqualTo(
            new Unanswerable(
                Why.UNKNOWN_NAME, "Service `shop/orders` has no TCP port 8080", "it has 80"));
  }

  @Test
  void a_service_without_workloads_has_no_answer() {
    Walk walk =
        Shop.walk(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: ghost, namespace: shop}
            spec: {selector: {app: ghost}, ports: [{port: 80}]}
            """);

    assertThat(walk.answer(Shop.connection(Shop.WEB, Shop.service("ghost", 80))))
        .isInstanceOf(Unanswerable.class);
  }

  @Test
  void an_address_that_matters_has_to_be_given() {
    Walk walk =
        Shop.walk(
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: web-from-office, namespace: shop}
            spec:
              selector: {matchLabels: {app: web}}
              rules:
              - from: [{source: {ipBlocks: ["10.0.0.0/8"], notIpBlocks: ["10.9.0.0/16"]}}]
            """);
    Target web = Shop.service("web", 80);

    assertThat(walk.answer(Shop.connection(Shop.WEB, web))).isInstanceOf(Unanswerable.class);
    assertThat(answered(walk, Shop.connection(at("10.1.2.3"), web)).decision())
        .isEqualTo(Decision.ALLOW);
    assertThat(answered(walk, Shop.connection(at("10.9.2.3"), web)).decision())
        .isEqualTo(Decision.DENY);
    assertThat(answered(walk, Shop.connection(Shop.WEB, orders())).decision())
        .as("elsewhere it does not matter")
        .isEqualTo(Decision.DENY);
  }

  @Test
  void a_decision_left_to_chance_is_no_answer() {
    Walk walk =
        Shop.walk(
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: no-v2, namespace: shop}
            spec:
              selector: {matchLabels: {app: orders, version: v2}}
              action: DENY
              rules:
              - from: [{source: {principals: ["cluster.local/ns/shop/sa/web"]}}]
            """);

    Outcome outcome = walk.answer(Shop.request(Shop.WEB, orders(), Shop.http("GET", "/orders")));

    assertThat(outcome).isInstanceOf(Outcome.Divided.class);
  }

  @Test
  void nobody_decides_in_front_of_a_workload_outside_the_mesh() {
    Walk walk =
        Shop.walk(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: bare
              namespace: shop
              labels: {app: bare, istio.io/dataplane-mode: none}
            spec: {containers: [{name: a, image: a}]}
            """);

    Answered answer = answered(walk, Shop.connection(Shop.WEB, Shop.workload("bare", 80)));

    assertThat(answer.decision()).isEqualTo(Decision.ALLOW);
    assertThat(answer.journey().decisive()).isEmpty();
  }

  private static Client at(String address) {
    return new Client(Shop.WEB.peer(), Optional.of(InetAddress.ofLiteral(address)));
  }

  private static Target orders() {
    return Shop.service("orders", 80);
  }

  private Decision decision(Case.Http http) {
    return answered(shop, Shop.request(Shop.WEB, orders(), http)).decision();
  }

  private static Answered answered(Walk walk, Case asked) {
    Outcome outcome = walk.answer(asked);
    assertThat(outcome).isInstanceOf(Answered.class);
    return (Answered) outcome;
  }

  private static String decider(Answered answer) {
    Hop hop = answer.journey().decisive().orElseThrow();
    var cause = hop.verdict().cause();
    return cause.policy() + " " + cause.code() + " at " + hop.proxy().layer();
  }
}
