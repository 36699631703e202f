package dev.sluice.engine.policy;

import static dev.sluice.engine.policy.AuthorizationPolicy.Action.ALLOW;
import static dev.sluice.engine.policy.AuthorizationPolicy.Action.DENY;
import static dev.sluice.engine.policy.Samples.BATCH;
import static dev.sluice.engine.policy.Samples.NAMESPACE;
import static dev.sluice.engine.policy.Samples.WAYPOINT;
import static dev.sluice.engine.policy.Samples.WEB;
import static dev.sluice.engine.policy.Samples.all;
import static dev.sluice.engine.policy.Samples.get;
import static dev.sluice.engine.policy.Samples.id;
import static dev.sluice.engine.policy.Samples.method;
import static dev.sluice.engine.policy.Samples.not;
import static dev.sluice.engine.policy.Samples.path;
import static dev.sluice.engine.policy.Samples.plaintext;
import static dev.sluice.engine.policy.Samples.policy;
import static dev.sluice.engine.policy.Samples.principal;
import static dev.sluice.engine.policy.Samples.request;
import static dev.sluice.engine.policy.Samples.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import dev.sluice.engine.policy.Verdict.Allow;
import dev.sluice.engine.policy.Verdict.Cause;
import dev.sluice.engine.policy.Verdict.Deny;
import dev.sluice.engine.policy.Verdict.Reject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TreeDeciderTest {

  private static final PolicyId GUARD = new PolicyId("Guard", "shop", "orders");
  private static final Condition FROM_WEB = principal("cluster.local/ns/shop/sa/web");

  private static Verdict decide(PolicySet set, Connection connection) {
    return new TreeDecider(set).decide(connection);
  }

  private static Verdict decide(PolicySet set, HttpRequest request) {
    return new TreeDecider(set).decide(request);
  }

  private static Verdict allowBy(String policy, int rule) {
    return new Allow(new Cause.ByRule(id(policy), rule));
  }

  private static Verdict denyBy(String policy, int rule) {
    return new Deny(new Cause.ByRule(id(policy), rule));
  }

  @Test
  void allows_everything_without_an_allow_policy() {
    var none = new Allow(new Cause.NoAllowPolicy());

    assertThat(decide(PolicySet.empty(), plaintext())).isEqualTo(none);
    assertThat(decide(PolicySet.empty(), get("/"))).isEqualTo(none);
    assertThat(decide(set(policy("d", DENY, FROM_WEB)), Samples.from(BATCH))).isEqualTo(none);
  }

  @Test
  void denies_by_default_once_an_allow_policy_is_there_even_without_rules() {
    var unmatched = new Deny(new Cause.NoAllowMatched());

    assertThat(decide(set(policy("a", ALLOW)), Samples.from(WEB))).isEqualTo(unmatched);
    assertThat(decide(set(policy("a", ALLOW)), get("/"))).isEqualTo(unmatched);
    assertThat(decide(set(policy("a", ALLOW, FROM_WEB)), Samples.from(BATCH))).isEqualTo(unmatched);
  }

  @Test
  void matches_everything_by_an_empty_rule_and_nothing_by_no_rule() {
    assertThat(decide(set(policy("a", ALLOW, Condition.always())), plaintext()))
        .isEqualTo(allowBy("a", 0));
    assertThat(decide(set(policy("d", DENY, Condition.always())), get("/")))
        .isEqualTo(denyBy("d", 0));
    assertThat(decide(set(policy("d", DENY)), Samples.from(WEB)).allows()).isTrue();
  }

  @Test
  void puts_deny_before_allow_whatever_their_order() {
    var allow = policy("a", ALLOW, Condition.always());
    var deny = policy("d", DENY, FROM_WEB);

    assertThat(decide(set(allow, deny), Samples.from(WEB))).isEqualTo(denyBy("d", 0));
    assertThat(decide(set(deny, allow), Samples.from(WEB))).isEqualTo(denyBy("d", 0));
    assertThat(decide(set(allow, deny), get("/"))).isEqualTo(denyBy("d", 0));
    assertThat(decide(set(allow, deny), Samples.from(BATCH))).isEqualTo(allowBy("a", 0));
  }

  @Test
  void unites_allow_policies() {
    var set = set(policy("nothing", ALLOW), policy("a", ALLOW, principal("nobody"), FROM_WEB));

    assertThat(decide(set, Samples.from(WEB))).isEqualTo(allowBy("a", 1));
  }

  @Test
  void names_the_first_rule_that_decides() {
    var set =
        set(
            policy("a1", ALLOW, principal("nobody"), FROM_WEB, Condition.always()),
            policy("a2", ALLOW, Condition.always()));

    assertThat(decide(set, Samples.from(WEB))).isEqualTo(allowBy("a1", 1));
    assertThat(decide(set, Samples.from(BATCH))).isEqualTo(allowBy("a1", 2));
  }

  @Test
  void refuses_a_connection_that_reaches_a_deny_rule_needing_http() {
    var set = set(policy("d", DENY, all(FROM_WEB, path("/admin*"))));

    assertThat(decide(set, Samples.from(WEB))).isEqualTo(new Deny(new Cause.NeedsHttp(id("d"), 0)));
    assertThat(decide(set, Samples.from(BATCH)).allows()).isTrue();
    assertThat(decide(set, get("/admin/x"))).isEqualTo(denyBy("d", 0));
    assertThat(decide(set, get("/")).allows()).isTrue();
  }

  @Test
  void never_admits_a_connection_by_an_allow_rule_needing_http() {
    var positive = set(policy("a", ALLOW, all(FROM_WEB, method("GET"))));
    var negative = set(policy("a", ALLOW, not(method("POST"))));

    assertThat(decide(positive, Samples.from(WEB))).isEqualTo(new Deny(new Cause.NoAllowMatched()));
    assertThat(decide(negative, Samples.from(WEB))).isEqualTo(new Deny(new Cause.NoAllowMatched()));
    assertThat(decide(negative, get("/"))).isEqualTo(allowBy("a", 0));
  }

  @Test
  void rejects_an_invalid_token_before_any_policy() {
    var set = set(policy("d", DENY, Condition.always()));

    assertThat(decide(set, request("GET", "/", new Credential.Invalid("expired"))))
        .isEqualTo(new Reject(new Cause.TokenInvalid("expired")));
    assertThat(decide(set, request("GET", "/", new Credential.WrongAudience("not ours"))))
        .isEqualTo(new Deny(new Cause.WrongAudience("not ours")));
  }

  @Test
  void lets_a_missing_token_through_to_the_policies() {
    assertThat(decide(PolicySet.empty(), get("/")).allows()).isTrue();
  }

  private static PolicySet strict(List<Guard> guards, AuthorizationPolicy... policies) {
    var strict = new PolicyId("PeerAuthentication", "shop", "strict");
    return new PolicySet(
        List.of(policies),
        List.of(),
        new MtlsRequirement(
            new MtlsRequirement.Setting(Mode.STRICT, strict),
            Map.of(9090, new MtlsRequirement.Setting(Mode.PERMISSIVE, strict))),
        guards);
  }

  @Test
  void refuses_plaintext_before_anything_else_where_mtls_is_strict() {
    var set = strict(List.of(), policy("a", ALLOW, Condition.always()));

    assertThat(decide(set, plaintext()))
        .isEqualTo(
            new Deny(
                new Cause.PlaintextRefused(new PolicyId("PeerAuthentication", "shop", "strict"))));
    assertThat(decide(set, Samples.from(WEB))).isEqualTo(allowBy("a", 0));
  }

  private static Guard guard(PortSet refuses, String... exempt) {
    return new Guard(
        GUARD,
        NAMESPACE,
        List.of(new Guard.Admission(WAYPOINT, PortSet.of(List.of(8080)))),
        refuses,
        List.of(exempt).stream().map(StringMatch::parse).toList());
  }

  private static PolicySet guarded(Guard guard, AuthorizationPolicy... policies) {
    return new PolicySet(
        List.of(policies), List.of(), MtlsRequirement.permissive(), List.of(guard));
  }

  @Test
  void takes_what_the_waypoint_sends_as_judged_even_against_deny() {
    var set = guarded(guard(PortSet.all()), policy("d", DENY, Condition.always()));

    assertThat(decide(set, Samples.from(WAYPOINT)))
        .isEqualTo(new Allow(new Cause.JudgedByWaypoint(GUARD, WAYPOINT)));
  }

  @Test
  void judges_the_waypoint_like_any_peer_on_other_ports() {
    var guard =
        new Guard(
            GUARD,
            NAMESPACE,
            List.of(new Guard.Admission(WAYPOINT, PortSet.of(List.of(9090)))),
            PortSet.none(),
            List.of());

    assertThat(
            decide(guarded(guard, policy("d", DENY, Condition.always())), Samples.from(WAYPOINT)))
        .isEqualTo(denyBy("d", 0));
  }

  @Test
  void refuses_direct_dials_to_guarded_ports_whatever_an_allow_says() {
    var allow = policy("a", ALLOW, Condition.always());

    assertThat(decide(guarded(guard(PortSet.of(List.of(8080))), allow), Samples.from(WEB)))
        .isEqualTo(new Deny(new Cause.GuardRefused(GUARD)));
    assertThat(decide(guarded(guard(PortSet.of(List.of(9090))), allow), Samples.from(WEB)))
        .isEqualTo(allowBy("a", 0));
    assertThat(decide(guarded(guard(PortSet.none()), allow), plaintext()))
        .isEqualTo(allowBy("a", 0));
  }

  @Test
  void names_the_deny_rule_rather_than_the_guard() {
    var set = guarded(guard(PortSet.all()), policy("d", DENY, FROM_WEB));

    assertThat(decide(set, Samples.from(WEB))).isEqualTo(denyBy("d", 0));
    assertThat(decide(set, Samples.from(BATCH))).isEqualTo(new Deny(new Cause.GuardRefused(GUARD)));
  }

  @Test
  void admits_exempt_peers_without_an_allow_but_not_against_deny() {
    var guard = guard(PortSet.all(), "cluster.local/ns/jobs/*");
    var allow = policy("a", ALLOW, FROM_WEB);

    assertThat(decide(guarded(guard, allow), Samples.from(BATCH)))
        .isEqualTo(new Allow(new Cause.GuardExempt(GUARD)));
    assertThat(
            decide(
                guarded(guard, allow, policy("d", DENY, principal("*batch"))), Samples.from(BATCH)))
        .isEqualTo(denyBy("d", 0));
    assertThat(decide(guarded(guard, allow), plaintext()))
        .isEqualTo(new Deny(new Cause.GuardRefused(GUARD)));
  }

  @Test
  void asks_every_guard_that_refuses_the_port() {
    var open = guard(PortSet.all(), "*");
    var closed =
        new Guard(
            new PolicyId("Guard", "shop", "second"),
            NAMESPACE,
            List.of(),
            PortSet.all(),
            List.of());
    var set =
        new PolicySet(List.of(), List.of(), MtlsRequirement.permissive(), List.of(open, closed));

    assertThat(decide(set, Samples.from(BATCH)))
        .isEqualTo(new Deny(new Cause.GuardRefused(closed.id())));
  }

  @Test
  void refuses_plaintext_before_the_guard() {
    assertThat(decide(strict(List.of(guard(PortSet.all()))), plaintext()))
        .isInstanceOf(Deny.class)
        .extracting(verdict -> verdict.cause().code())
        .isEqualTo("plaintext_refused");
  }
}
