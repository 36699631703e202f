package dev.sluice.engine.policy;

import static dev.sluice.engine.policy.Samples.WEB;
import static dev.sluice.engine.policy.Samples.all;
import static dev.sluice.engine.policy.Samples.any;
import static dev.sluice.engine.policy.Samples.get;
import static dev.sluice.engine.policy.Samples.not;
import static dev.sluice.engine.policy.Samples.path;
import static dev.sluice.engine.policy.Samples.plaintext;
import static dev.sluice.engine.policy.Samples.principal;
import static dev.sluice.engine.policy.Samples.request;
import static dev.sluice.engine.policy.Samples.text;
import static dev.sluice.engine.policy.Samples.token;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Evaluation.Truth;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Credential;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluationTest {

  private static final Condition TRUE = principal("*");
  private static final Condition FALSE = principal("nobody");
  private static final Condition UNKNOWN = path("/a");

  private static Condition term(Truth truth) {
    return switch (truth) {
      case TRUE -> TRUE;
      case FALSE -> FALSE;
      case UNKNOWN -> UNKNOWN;
    };
  }

  private static Truth test(Condition condition) {
    return Evaluation.test(condition, Samples.from(WEB));
  }

  @ParameterizedTest
  @CsvSource({
    "TRUE, TRUE, TRUE, TRUE",
    "TRUE, FALSE, FALSE, TRUE",
    "TRUE, UNKNOWN, UNKNOWN, TRUE",
    "FALSE, TRUE, FALSE, TRUE",
    "FALSE, FALSE, FALSE, FALSE",
    "FALSE, UNKNOWN, FALSE, UNKNOWN",
    "UNKNOWN, TRUE, UNKNOWN, TRUE",
    "UNKNOWN, FALSE, FALSE, UNKNOWN",
    "UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN"
  })
  void combines_three_values_on_a_connection(Truth a, Truth b, Truth both, Truth either) {
    assertThat(test(all(term(a), term(b)))).isEqualTo(both);
    assertThat(test(any(term(a), term(b)))).isEqualTo(either);
  }

  @Test
  void negates_three_values_on_a_connection() {
    assertThat(test(not(TRUE))).isEqualTo(Truth.FALSE);
    assertThat(test(not(FALSE))).isEqualTo(Truth.TRUE);
    assertThat(test(not(UNKNOWN))).isEqualTo(Truth.UNKNOWN);
  }

  @Test
  void takes_the_empty_conjunction_for_true_and_the_empty_disjunction_for_false() {
    assertThat(test(Condition.always())).isEqualTo(Truth.TRUE);
    assertThat(test(any())).isEqualTo(Truth.FALSE);
    assertThat(Evaluation.matches(Condition.always(), get("/"))).isTrue();
    assertThat(Evaluation.matches(any(), get("/"))).isFalse();
  }

  @Test
  void has_no_positive_identity_for_a_plaintext_peer_and_every_negative_one() {
    List<Condition> positive =
        List.of(
            principal("*"),
            principal("cluster.local/ns/shop/sa/web"),
            new Condition.PeerNamespace(new StringMatch.Present()),
            new Condition.PeerNamespace(new StringMatch.Exact("")),
            new Condition.PeerServiceAccount("shop", "web"),
            new Condition.PeerTrustDomain(new StringMatch.Present()));

    for (Condition condition : positive) {
      assertThat(Evaluation.test(condition, plaintext())).isEqualTo(Truth.FALSE);
      assertThat(Evaluation.test(not(condition), plaintext())).isEqualTo(Truth.TRUE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "cluster.local/ns/shop/sa/web, true",
    "cluster.local/ns/shop/sa/*, true",
    "*/sa/web, true",
    "*, true",
    "spiffe://cluster.local/ns/shop/sa/web, false",
    "other/ns/shop/sa/web, false",
    "cluster.local/ns/shop/sa/we, false"
  })
  void compares_principals_without_scheme(String pattern, boolean expected) {
    assertThat(test(principal(pattern))).isEqualTo(expected ? Truth.TRUE : Truth.FALSE);
  }

  @Test
  void ignores_the_trust_domain_of_a_service_account() {
    var foreign = Samples.from(SpiffeId.of("other.td", "shop", "web"));

    assertThat(Evaluation.test(new Condition.PeerServiceAccount("shop", "web"), foreign))
        .isEqualTo(Truth.TRUE);
    assertThat(Evaluation.test(new Condition.PeerServiceAccount("pay", "web"), foreign))
        .isEqualTo(Truth.FALSE);
  }

  @Test
  void looks_at_addresses_and_ports_of_source_workload_and_service() {
    assertThat(test(new Condition.SourceAddress(block("10.0.1.0/24")))).isEqualTo(Truth.TRUE);
    assertThat(test(new Condition.SourceAddress(block("10.0.2.0/24")))).isEqualTo(Truth.FALSE);
    assertThat(test(new Condition.WorkloadAddress(block("10.0.2.3")))).isEqualTo(Truth.TRUE);
    assertThat(test(new Condition.ServiceAddress(block("10.96.0.0/12")))).isEqualTo(Truth.TRUE);
    assertThat(test(new Condition.WorkloadPort(8080))).isEqualTo(Truth.TRUE);
    assertThat(test(new Condition.WorkloadPort(80))).isEqualTo(Truth.FALSE);
    assertThat(test(new Condition.ServicePort(80))).isEqualTo(Truth.TRUE);
    assertThat(test(new Condition.ServicePort(8080))).isEqualTo(Truth.FALSE);
  }

  @Test
  void has_no_service_on_a_direct_dial() {
    var dialled = Samples.from(WEB);
    var direct = new Connection(dialled.peer(), dialled.source(), dialled.workload(), null);

    assertThat(Evaluation.test(new Condition.ServicePort(80), direct)).isEqualTo(Truth.FALSE);
    assertThat(Evaluation.test(new Condition.ServiceAddress(block("0.0.0.0/0")), direct))
        .isEqualTo(Truth.FALSE);
  }

  @Test
  void compares_http_attributes() {
    assertThat(matches(new Condition.Host(StringMatch.parse("Orders.shop:80")))).isTrue();
    assertThat(matches(new Condition.Host(StringMatch.parse("orders.shop")))).isFalse();
    assertThat(matches(Samples.method("GET"))).isTrue();
    assertThat(matches(Samples.method("get"))).isFalse();
    assertThat(matches(path("/orders/*"))).isTrue();
    assertThat(matches(path("/Orders/*"))).isFalse();
    assertThat(matches(new Condition.TemplatedPath(PathTemplate.parse("/orders/{*}")))).isTrue();
  }

  @Test
  void joins_headers_and_takes_absent_for_false() {
    assertThat(matches(header("x-tenant", "a,b"))).isTrue();
    assertThat(matches(header("x-tenant", "a"))).isFalse();
    assertThat(matches(header("x-none", "*"))).isFalse();
    assertThat(matches(not(header("x-none", "*")))).isTrue();
    assertThat(matches(header("x-empty", "*"))).isFalse();
  }

  private static boolean matches(Condition condition) {
    return Evaluation.matches(condition, get("/orders/7"));
  }

  private static Condition header(String name, String pattern) {
    return new Condition.Header(name, StringMatch.parse(pattern));
  }

  private static Cidr block(String text) {
    return Cidr.parse(text).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "*, *, foo, bar, true",
        "*, *, foo, -, false",
        "*, *, -, bar, false",
        "foo, bar, foo, bar, true",
        "foo, bar, foo, baz, false",
        "foo, *, foo, anyone, true",
        "foo, bar*, foo, barista, true",
        "foo, bar*, foo, foobar, false",
        "*, bar, foo, bar, true",
        "*foo, bar, myfoo, bar, true",
        "https:/, idp*, https://idp, alice, false",
        "foo, '', foo, bar, false",
        "foo, '', foo, '', true",
        "foo, '', foo, -, false"
      })
  void matches_issuer_and_subject_of_a_valid_token(
      String issuer, String subject, String iss, String sub, boolean expected) {
    var claims = new java.util.TreeMap<String, ClaimValue>();
    if (iss != null) {
      claims.put("iss", text(iss));
    }
    if (sub != null) {
      claims.put("sub", text(sub));
    }
    var condition =
        new Condition.RequestPrincipal(StringMatch.parse(issuer), StringMatch.parse(subject));

    assertThat(Evaluation.matches(condition, request("GET", "/", token(claims))))
        .isEqualTo(expected);
    assertThat(Evaluation.matches(condition, get("/"))).isFalse();
  }

  @Test
  void finds_claims_as_text_in_lists_and_nested() {
    Credential credential =
        token(
            Map.of(
                "aud", new ClaimValue.Texts(List.of("orders", "billing")),
                "azp", text("console"),
                "age", new ClaimValue.Other(),
                "realm",
                    new ClaimValue.Nested(
                        Map.of("roles", new ClaimValue.Texts(List.of("admin"))))));

    assertThat(claim(credential, "billing", "aud")).isTrue();
    assertThat(claim(credential, "bill*", "aud")).isTrue();
    assertThat(claim(credential, "shipping", "aud")).isFalse();
    assertThat(claim(credential, "console", "azp")).isTrue();
    assertThat(claim(credential, "admin", "realm", "roles")).isTrue();
    assertThat(claim(credential, "*", "realm")).isFalse();
    assertThat(claim(credential, "*", "realm", "roles", "deeper")).isFalse();
    assertThat(claim(credential, "*", "azp", "deeper")).isFalse();
  }

  @Test
  void never_matches_a_number_and_always_its_negation() {
    Credential credential = token(Map.of("age", new ClaimValue.Other()));
    Condition age = new Condition.Claim(List.of("age"), StringMatch.parse("*"));

    assertThat(Evaluation.matches(age, request("GET", "/", credential))).isFalse();
    assertThat(Evaluation.matches(not(age), request("GET", "/", credential))).isTrue();
  }

  @Test
  void matches_the_negation_of_a_missing_claim() {
    Condition group = new Condition.Claim(List.of("groups"), StringMatch.parse("staff"));

    assertThat(Evaluation.matches(not(group), request("GET", "/", token(Map.of())))).isTrue();
    assertThat(Evaluation.matches(not(group), get("/"))).isTrue();
  }

  private static boolean claim(Credential credential, String pattern, String... path) {
    return Evaluation.matches(
        new Condition.Claim(List.of(path), StringMatch.parse(pattern)),
        request("GET", "/", credential));
  }

  @Test
  void compares_canonical_addresses_only_within_a_family() {
    var connection =
        new Connection(
            Peer.anonymous(),
            InetAddress.ofLiteral("2001:db8::7"),
            Samples.from(WEB).workload(),
            null);

    assertThat(Evaluation.test(new Condition.SourceAddress(block("0.0.0.0/0")), connection))
        .isEqualTo(Truth.FALSE);
    assertThat(Evaluation.test(new Condition.SourceAddress(block("2001:db8::/64")), connection))
        .isEqualTo(Truth.TRUE);
  }
}
