package dev.sluice.compiler.link;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the help of a finding proposes instead of a name that does not exist.
class NearestNamesTest {

  private static final String MESH =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: web}
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: orders, namespace: shop}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: orders, namespace: shop}
      spec:
        template:
          metadata: {labels: {app: orders}}
          spec: {serviceAccountName: orders, containers: [{name: app, image: app}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: orders, namespace: shop, labels: {istio.io/use-waypoint: waypont}}
      spec: {selector: {app: orders}, ports: [{port: 80, targetPort: 8080}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: cart, namespace: web}
      spec: {selector: {app: cart}, ports: [{port: 80}]}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: waypoint, namespace: shop}
      spec:
        gatewayClassName: istio-waypoint
        listeners: [{name: mesh, port: 15008, protocol: HBONE}]
      ---
      """;

  private static final String SELECTING =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: p, namespace: %s}
      spec:
        selector: {matchLabels: {%s}}
        rules: [{from: [{source: {%s}}]}]
      """;

  @ParameterizedTest(name = "{0} → {1}")
  @CsvSource({
    "order, did you mean `shop/orders`?",
    "cart, did you mean `web/cart`?",
    "something, 'add it to the tree, or correct the name'"
  })
  void a_target_is_looked_for_in_its_namespace_and_then_in_others(String name, String help) {
    assertThat(help(targeting(name), Code.TARGET_NOT_FOUND)).isEqualTo(help);
  }

  @ParameterizedTest(name = "{0} → {1}")
  @CsvSource({
    "app: ordres, did you mean `app: orders` (Deployment shop/orders)?",
    "apps: orders, did you mean the label `app`?",
    "app: x, 'correct the labels, or add the workload to the tree'"
  })
  void a_selector_is_compared_with_the_labels_there_are(String labels, String help) {
    String policy = SELECTING.formatted("shop", labels, "namespaces: [shop]");
    assertThat(help(policy, Code.SELECTS_NOTHING)).isEqualTo(help);
  }

  @Test
  void peers_are_compared_with_the_accounts_and_namespaces_there_are() {
    String account =
        SELECTING.formatted("shop", "app: orders", "principals: [cluster.local/ns/shop/sa/order]");
    String namespace = SELECTING.formatted("shop", "app: orders", "namespaces: [wbe]");

    assertThat(help(account, Code.UNKNOWN_SERVICE_ACCOUNT))
        .isEqualTo("did you mean `shop/orders`?");
    assertThat(help(namespace, Code.UNKNOWN_NAMESPACE)).isEqualTo("did you mean `web`?");
  }

  @Test
  void a_waypoint_label_is_compared_with_the_waypoints_there_are() {
    String policy = SELECTING.formatted("shop", "app: orders", "namespaces: [web]");
    assertThat(help(policy, Code.WAYPOINT_NOT_FOUND)).contains("did you mean `shop/waypoint`?");
  }

  @Test
  void what_is_unknown_says_how_to_make_it_known() {
    String policy = SELECTING.formatted("other", "app: x", "namespaces: [web]");
    assertThat(help(policy, Code.PLACEMENT_UNKNOWN))
        .contains("sluice snapshot --namespace other", "--mesh mesh.yaml", "--context NAME");
  }

  private static String targeting(String service) {
    return """
    apiVersion: security.istio.io/v1
    kind: AuthorizationPolicy
    metadata: {name: p, namespace: shop}
    spec:
      targetRefs: [{group: "", kind: Service, name: %s}]
      rules: [{}]
    """
        .formatted(service);
  }

  private static String help(String policy, Code code) {
    var tree = new SourceTree(List.of(new SourceFile("all.yaml", (MESH + policy).getBytes(UTF_8))));
    return Compiler.compile(tree, MeshSettings.defaults()).findings().stream()
        .filter(finding -> finding.code() == code)
        .map(Diagnostic::text)
        .map(Diagnostic.Text::help)
        .findFirst()
        .orElse("not found");
  }
}
