package dev.sluice.compiler.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.compare.Change.Kind;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.walk.Outcome;
import dev.sluice.compiler.walk.Walk;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparerTest {

  private static final String READERS =
      Meshes.policy(
          "shop",
          "api-readers",
          """
          targetRefs: [{group: "", kind: Service, name: api}]
          action: ALLOW
          rules:
          - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
            to: [{operation: {methods: [GET], paths: ["/orders/*"]}}]
          """);

  private static final String LEDGER =
      Meshes.policy(
          "pay",
          "ledger",
          """
          selector: {matchLabels: {app: ledger}}
          action: ALLOW
          rules:
          - from: [{source: {namespaces: [shop]}}]
            to: [{operation: {ports: ["8080"]}}]
          """);

  /// The changes, after checking that every witness gets in both revisions what it says.
  private static List<Change> compare(MeshRevision old, MeshRevision now) {
    Comparison comparison = Comparer.compare(old, now);
    assertThat(comparison.undecided()).isEmpty();
    Walk before = Walk.of(old.placed(), old.shards());
    Walk after = Walk.of(now.placed(), now.shards());
    for (Change change : comparison.changes()) {
      change
          .witness()
          .ifPresent(witness -> {
            assertThat(decision(before.answer(witness.request())))
                .isEqualTo(witness.before().decision());
            assertThat(decision(after.answer(witness.request())))
                .isEqualTo(witness.after().decision());
            assertThat(witness.before().decision()).isNotEqualTo(witness.after().decision());
          });
    }
    return comparison.changes();
  }

  private static Decision decision(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Answered.class);
    return ((Outcome.Answered) outcome).decision();
  }

  private static List<String> lines(List<Change> changes) {
    return changes.stream()
        .map(change ->
            change.kind().word()
                + ": "
                + change.from()
                + " → "
                + change.to()
                + ": "
                + change.operation())
        .toList();
  }

  @Test
  void comments_and_order_change_nothing() {
    MeshRevision old = Meshes.with(READERS, LEDGER);
    MeshRevision now = Meshes.with("# a comment\n" + LEDGER, READERS);

    assertThat(compare(old, now)).isEmpty();
    assertThat(now.semanticDigest()).isEqualTo(old.semanticDigest());
  }

  @Test
  void a_method_more_is_a_widening_for_that_caller_and_those_paths() {
    MeshRevision old = Meshes.with(READERS);
    MeshRevision now = Meshes.with(READERS.replace("[GET]", "[GET, POST]"));

    List<Change> changes = compare(old, now);

    assertThat(lines(changes))
        .containsExactly(
            "widening: cluster.local/ns/shop/sa/web → Deployment shop/api by Service shop/api:80:"
                + " POST /orders/*");
    var witness = changes.getFirst().witness().orElseThrow();
    assertThat(witness.request().http().orElseThrow().method()).isEqualTo("POST");
    assertThat(changes.getFirst().because())
        .extracting(Change.Because::text)
        .containsExactly(
            "ALLOW policies apply and none matches",
            "AuthorizationPolicy shop/api-readers rule 1 allows",
            "AuthorizationPolicy shop/api-readers was edited");
    assertThat(changes.getFirst().because().get(1).span().orElseThrow().file())
        .isEqualTo("policy1.yaml");
  }

  @Test
  void what_is_moved_is_a_widening_and_a_narrowing() {
    List<Change> changes =
        compare(Meshes.with(LEDGER), Meshes.with(LEDGER.replace("[shop]", "[ops]")));

    assertThat(lines(changes))
        .containsExactly(
            "widening: any identity in namespace ops → Deployment pay/ledger: on port 8080",
            "narrowing: any identity in namespace shop → Deployment pay/ledger: on port" + " 8080");
  }

  @Test
  void the_first_allow_policy_takes_everything_else_away() {
    List<Change> changes = compare(Meshes.with(), Meshes.with(LEDGER));

    assertThat(changes).isNotEmpty().allMatch(change -> change.kind() == Kind.NARROWING);
    assertThat(lines(changes)).anyMatch(line -> line.contains("plaintext"));
  }

  @Test
  void removing_a_deny_is_a_widening_although_no_allow_changed() {
    String deny =
        Meshes.policy(
            "pay",
            "no-web",
            """
            action: DENY
            rules:
            - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
            """);

    assertThat(lines(compare(Meshes.with(LEDGER, deny), Meshes.with(LEDGER))))
        .containsExactly(
            "widening: cluster.local/ns/shop/sa/web → Deployment pay/ledger: on port 8080");
  }

  @Test
  void strict_mtls_narrows_plaintext_alone() {
    String strict =
        Meshes.ofKind("PeerAuthentication", "istio-system", "strict", "mtls: {mode: STRICT}");

    List<Change> changes = compare(Meshes.with(), Meshes.with(strict));

    assertThat(changes).hasSize(3).allMatch(change -> change.kind() == Kind.NARROWING);
    assertThat(changes).allMatch(change -> change.from().equals("plaintext"));
  }

  @Test
  void a_rule_that_another_covers_is_a_neutral_edit() {
    String more =
        READERS
            + "  - to: [{operation: {methods: [GET], paths: [\"/none\"], notPaths: [\"/n*\"]}}]\n";

    List<Change> changes = compare(Meshes.with(READERS), Meshes.with(more));

    assertThat(lines(changes))
        .containsExactly(
            "neutral:  → AuthorizationPolicy shop/api-readers: edited; no decision changes");
  }

  @Test
  void what_comes_and_goes_is_said() {
    MeshRevision old = Meshes.with();
    MeshRevision now = Meshes.of(Meshes.TOPOLOGY + Meshes.workload("pay", "audit"));

    assertThat(lines(compare(old, now)))
        .containsExactly("neutral:  → Deployment pay/audit: workload added");
    assertThat(lines(compare(now, old)))
        .containsExactly("neutral:  → Deployment pay/audit: workload removed");
  }

  @Test
  void a_service_that_loses_its_waypoint_is_reached_around_it() {
    String unbound = Meshes.TOPOLOGY.replace(", labels: {istio.io/use-waypoint: waypoint}", "");
    String byNobody =
        Meshes.policy(
            "shop",
            "web-only",
            """
            selector: {matchLabels: {app: api}}
            rules:
            - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
            """);

    List<Change> changes =
        compare(Meshes.of(Meshes.TOPOLOGY, byNobody), Meshes.of(unbound, byNobody));

    assertThat(lines(changes))
        .containsExactly(
            "neutral:  → Service shop/api: served by waypoint shop/waypoint → served by no"
                + " waypoint");
  }

  @Test
  void a_token_that_becomes_necessary_narrows_those_without() {
    String tokens =
        Meshes.ofKind(
            "RequestAuthentication",
            "shop",
            "tokens",
            """
            targetRefs: [{group: "", kind: Service, name: api}]
            jwtRules:
            - issuer: https://idp
              jwks: '{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}'
            """);
    String staff =
        READERS + "    when: [{key: \"request.auth.claims[groups]\", values: [staff]}]\n";

    List<Change> changes = compare(Meshes.with(READERS, tokens), Meshes.with(staff, tokens));

    assertThat(lines(changes))
        .containsExactly(
            "narrowing: cluster.local/ns/shop/sa/web → Deployment shop/api by Service shop/api:80:"
                + " GET /orders/* without a token; or GET /orders/* with a valid token without"
                + " claim groups: staff");
  }

  @Test
  void what_a_sidecar_decides_is_unknown_when_its_policies_change_and_only_then() {
    String sidecar =
        Meshes.TOPOLOGY.replace(
            "labels: {app: ledger}", "labels: {app: ledger, sidecar.istio.io/inject: \"true\"}");
    MeshRevision old = Meshes.of(sidecar, LEDGER);
    MeshRevision now = Meshes.of(sidecar, LEDGER.replace("[shop]", "[ops]"));

    Comparison comparison = Comparer.compare(old, now);

    assertThat(comparison.undecided())
        .extracting(Comparison.Undecided::to)
        .contains("Deployment pay/ledger");
    assertThat(comparison.changes()).noneMatch(change -> change.kind() != Kind.NEUTRAL);
    assertThat(Comparer.compare(old, old).undecided()).isEmpty();
  }
}
