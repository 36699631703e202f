package dev.sluice.compiler.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.From;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.OperationAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Polarity;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.SourceAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.To;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Values;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.When;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.Evaluation;
import dev.sluice.engine.policy.Evaluation.Truth;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.StringMatch;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {

  private static final Span NOWHERE = Span.startOf("test.yaml");

  @Test
  void a_rule_without_parts_is_always_true() {
    assertThat(truth(settings("cluster.local"), rule(List.of(), List.of(), List.of()), web()))
        .isEqualTo(Truth.TRUE);
  }

  @Test
  void cluster_local_in_a_principal_means_the_mesh_whatever_its_trust_domain() {
    Rule rule = from(SourceAttribute.PRINCIPALS, "cluster.local/ns/shop/sa/web");
    var settings = settings("corp.example", "old.example");
    assertThat(truth(settings, rule, peer("corp.example", "shop", "web"))).isEqualTo(Truth.TRUE);
    assertThat(truth(settings, rule, peer("old.example", "shop", "web"))).isEqualTo(Truth.TRUE);
    assertThat(truth(settings, rule, peer("cluster.local", "shop", "web"))).isEqualTo(Truth.FALSE);
    assertThat(truth(settings, rule, peer("evil.example", "shop", "web"))).isEqualTo(Truth.FALSE);
  }

  @Test
  void a_principal_of_a_foreign_trust_domain_is_taken_literally() {
    Rule rule = from(SourceAttribute.PRINCIPALS, "partner.example/ns/shop/sa/web");
    var settings = settings("cluster.local");
    assertThat(truth(settings, rule, peer("partner.example", "shop", "web"))).isEqualTo(Truth.TRUE);
    assertThat(truth(settings, rule, web())).isEqualTo(Truth.FALSE);
  }

  @Test
  void namespaces_and_service_accounts_mean_the_mesh_only() {
    var settings = settings("cluster.local");
    Peer foreign = peer("partner.example", "shop", "web");
    for (Rule rule :
        List.of(
            from(SourceAttribute.NAMESPACES, "shop"),
            from(SourceAttribute.SERVICE_ACCOUNTS, "shop/web"))) {
      assertThat(truth(settings, rule, web())).isEqualTo(Truth.TRUE);
      assertThat(truth(settings, rule, foreign)).isEqualTo(Truth.FALSE);
    }
  }

  @Test
  void a_bare_service_account_is_one_of_the_policys_namespace() {
    Rule rule = from(SourceAttribute.SERVICE_ACCOUNTS, "web");
    assertThat(truth(settings("cluster.local"), rule, web())).isEqualTo(Truth.TRUE);
    assertThat(truth(settings("cluster.local"), rule, peer("cluster.local", "pay", "web")))
        .isEqualTo(Truth.FALSE);
  }

  @Test
  void values_and_not_values_of_one_condition_are_both_required() {
    When when = new When(located("source.namespace"), all("shop", "pay"), all("pay"), NOWHERE);
    Rule rule = rule(List.of(), List.of(), List.of(when));
    assertThat(truth(settings("cluster.local"), rule, web())).isEqualTo(Truth.TRUE);
    assertThat(truth(settings("cluster.local"), rule, peer("cluster.local", "pay", "web")))
        .isEqualTo(Truth.FALSE);
  }

  @Test
  void ports_are_the_workloads_without_target_refs_and_the_services_with_them() {
    Rule rule =
        rule(
            List.of(),
            List.of(
                new To(
                    List.of(
                        new Values<>(
                            OperationAttribute.PORTS, Polarity.POSITIVE, all("80"), NOWHERE)),
                    NOWHERE)),
            List.of());
    var settings = settings("cluster.local");
    var asWorkload =
        new Conditions(Conditions.trustDomains(settings), "shop", Conditions.Addressee.WORKLOAD)
            .of(rule);
    var asService =
        new Conditions(Conditions.trustDomains(settings), "shop", Conditions.Addressee.SERVICE)
            .of(rule);
    assertThat(Evaluation.test(asWorkload, connection(web()))).isEqualTo(Truth.FALSE);
    assertThat(Evaluation.test(asService, connection(web()))).isEqualTo(Truth.TRUE);
  }

  @ParameterizedTest
  @CsvSource({
    "*, PRESENT, PRESENT",
    "foo/bar, =foo, =bar",
    "foo/*, =foo, PRESENT",
    "foo/bar*, =foo, ^bar",
    "*/bar, PRESENT, =bar",
    "*foo/bar, $foo, =bar",
    "*foo, PRESENT, $foo",
    "foo*, ^foo, PRESENT",
    "foo, =foo, =",
    "https://idp.example/alice, =https://idp.example, =alice"
  })
  void request_principals_split_at_the_last_slash(String text, String issuer, String subject) {
    Rule rule = from(SourceAttribute.REQUEST_PRINCIPALS, text);
    assertThat(conditions(settings("cluster.local")).of(rule))
        .asString()
        .contains(new Condition.RequestPrincipal(match(issuer), match(subject)).toString());
  }

  @Test
  void claims_may_be_nested_and_header_names_lose_their_case() {
    When claim =
        new When(located("request.auth.claims[realm][roles]"), all("x"), List.of(), NOWHERE);
    When header = new When(located("request.headers[X-Tenant]"), all("blue"), List.of(), NOWHERE);
    assertThat(
            conditions(settings("cluster.local"))
                .of(rule(List.of(), List.of(), List.of(claim, header))))
        .asString()
        .contains("path=[realm, roles]")
        .contains("name=x-tenant");
  }

  private static StringMatch match(String notation) {
    return switch (notation.charAt(0)) {
      case '=' -> new StringMatch.Exact(notation.substring(1));
      case '^' -> new StringMatch.Prefix(notation.substring(1));
      case '$' -> new StringMatch.Suffix(notation.substring(1));
      default -> new StringMatch.Present();
    };
  }

  private static Rule from(SourceAttribute attribute, String value) {
    return rule(
        List.of(
            new From(
                List.of(new Values<>(attribute, Polarity.POSITIVE, all(value), NOWHERE)), NOWHERE)),
        List.of(),
        List.of());
  }

  private static Rule rule(List<From> from, List<To> to, List<When> when) {
    return new Rule(0, from, to, when, NOWHERE);
  }

  private static List<Located<String>> all(String... values) {
    return Stream.of(values).map(ConditionsTest::located).toList();
  }

  private static Located<String> located(String value) {
    return new Located<>(value, NOWHERE);
  }

  private static Truth truth(MeshSettings settings, Rule rule, Peer peer) {
    return Evaluation.test(conditions(settings).of(rule), connection(peer));
  }

  private static Conditions conditions(MeshSettings settings) {
    return new Conditions(Conditions.trustDomains(settings), "shop", Conditions.Addressee.WORKLOAD);
  }

  private static Connection connection(Peer peer) {
    return new Connection(
        peer,
        InetAddress.ofLiteral("10.0.0.1"),
        new AddressPort(InetAddress.ofLiteral("10.0.0.2"), 8080),
        new AddressPort(InetAddress.ofLiteral("10.96.0.2"), 80));
  }

  private static Peer web() {
    return peer("cluster.local", "shop", "web");
  }

  private static Peer peer(String trustDomain, String namespace, String account) {
    return new Peer.Identified(SpiffeId.of(trustDomain, namespace, account));
  }

  private static MeshSettings settings(String trustDomain, String... aliases) {
    MeshSettings defaults = MeshSettings.defaults();
    return new MeshSettings(
        new TrustDomain(trustDomain),
        Stream.of(aliases).map(TrustDomain::new).toList(),
        defaults.rootNamespace(),
        defaults.clusterDomain(),
        defaults.pathNormalization(),
        defaults.onMissingWaypoint(),
        defaults.extensionProviders(),
        defaults.bundle(),
        defaults.suppressions());
  }
}
