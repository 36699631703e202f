package dev.sluice.compiler.hazard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.FindingDoc;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A hazard is reported where a request shows it, and not where something else closes the way.
class HazardsTest {

  private static final String EXCLUDING =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: not-guests, namespace: shop}
      spec:
        selector: {matchLabels: {app: api}}
        rules:
        - from: [{source: {notNamespaces: [guest]}}]
      """;

  private static final String STRICT =
      """
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: default, namespace: shop}
      spec: {mtls: {mode: STRICT}}
      """;

  private static final String NO_ADMIN =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: no-admin, namespace: shop}
      spec:
        targetRefs: [{group: "", kind: Service, name: api}]
        action: DENY
        rules:
        - to: [{operation: {paths: [/admin*]}}]
      """;

  private static final String SHOP_PATHS =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: shop-paths, namespace: shop}
      spec:
        targetRefs: [{group: "", kind: Service, name: api}]
        rules:
        - to: [{operation: {paths: [/orders*, /admin*]}}]
      """;

  @Test
  void a_plaintext_client_that_gets_in_is_shown_at_a_port_of_a_workload() {
    assertThat(witness(Code.ADMITS_PLAINTEXT, EXCLUDING))
        .contains("any plaintext client may reach port 8080 of Deployment shop/api");
  }

  @Test
  void where_mtls_is_required_nobody_without_identity_gets_in() {
    assertThat(codes(EXCLUDING, STRICT)).doesNotContain(Code.ADMITS_PLAINTEXT);
  }

  @Test
  void a_condition_that_excludes_identities_is_the_same_hazard() {
    String condition =
        EXCLUDING.replace(
            "from: [{source: {notNamespaces: [guest]}}]",
            "when: [{key: source.namespace, notValues: [guest]}]");

    assertThat(witness(Code.ADMITS_PLAINTEXT, condition)).isPresent();
  }

  @Test
  void another_spelling_of_a_denied_path_is_shown_where_it_gets_through() {
    assertThat(witness(Code.DENY_BY_PATH, NO_ADMIN))
        .contains(
            "`cluster.local/ns/default/sa/default` may send"
                + " `GET api.shop.svc.cluster.local/ADMIN` to port 80 of Service shop/api");
  }

  @Test
  void a_denied_path_is_no_hazard_where_only_listed_paths_are_allowed() {
    assertThat(codes(NO_ADMIN, SHOP_PATHS)).doesNotContain(Code.DENY_BY_PATH);
  }

  @Test
  void a_name_beyond_the_boundary_of_a_prefix_is_shown() {
    String prefix =
        EXCLUDING.replace("notNamespaces: [guest]", "principals: [cluster.local/ns/web*]");

    assertThat(witness(Code.PREFIX_CROSSES_BOUNDARY, prefix))
        .contains("`cluster.local/ns/webx/sa/default` may reach port 8080 of Deployment shop/api");
  }

  @Test
  void a_client_that_one_of_two_alternatives_admits_is_shown() {
    String alternatives =
        EXCLUDING.replace(
            "[{source: {notNamespaces: [guest]}}]",
            "[{source: {principals: [cluster.local/ns/web/sa/web]}}, {source: {namespaces:"
                + " [guest]}}]");

    assertThat(witness(Code.SEPARATE_ALTERNATIVES, alternatives))
        .contains("`cluster.local/ns/guest/sa/default` may reach port 8080 of Deployment shop/api");
  }

  @Test
  void a_plaintext_client_is_shown_where_mtls_is_disabled() {
    assertThat(witness(Code.DISABLE_IS_PERMISSIVE, STRICT.replace("STRICT", "DISABLE")))
        .contains("any plaintext client may reach port 8080 of Deployment shop/api");
  }

  @Test
  void without_topology_the_witness_is_in_words() {
    var found = compile(List.of(EXCLUDING));

    assertThat(found)
        .filteredOn(finding -> finding.code() == Code.ADMITS_PLAINTEXT)
        .singleElement()
        .satisfies(finding ->
            assertThat(sentence(finding))
                .contains(
                    "any plaintext client may reach the workloads with `app=api` in namespace"
                        + " `shop`"));
  }

  private static Optional<String> witness(Code code, String policy) {
    return compile(List.of(policy, FindingDoc.shop())).stream()
        .filter(finding -> finding.code() == code)
        .findFirst()
        .flatMap(HazardsTest::sentence);
  }

  private static Optional<String> sentence(Diagnostic finding) {
    var witness = finding.text().witness();
    return witness == null ? Optional.empty() : Optional.of(witness.sentence());
  }

  private static List<Code> codes(String one, String other) {
    return compile(List.of(one, other, FindingDoc.shop())).stream().map(Diagnostic::code).toList();
  }

  private static List<Diagnostic> compile(List<String> documents) {
    var file = new SourceFile("tree.yaml", String.join("---\n", documents).getBytes(UTF_8));
    return Compiler.compile(new SourceTree(List.of(file)), MeshSettings.defaults()).findings();
  }
}
