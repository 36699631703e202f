package dev.sluice.compiler.read;

import static dev.sluice.compiler.read.Reading.named;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.read.ToolFile.Role;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What Helm and Kustomize read: templates are refused, the files that steer them are counted.
class ToolInputsTest {

  private static final String CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n";

  private static final String BY_KUSTOMIZE =
      """
      apiVersion: v1
      data:
        nginx.conf: |
          server {
            listen 80;
            # --- not a separator
          }
      kind: ConfigMap
      metadata:
        name: conf-7f2k9b6t4m
        namespace: shop
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata:
        annotations:
          kubectl.kubernetes.io/last-applied-configuration: |
            {"apiVersion":"security.istio.io/v1"}
        name: eu-api
        namespace: shop
      spec:
        action: ALLOW
        rules:
        - from:
          - source:
              principals:
              - cluster.local/ns/shop/sa/web
      """;

  private static final String BY_HELM =
      """
      ---
      # Source: shop/templates/serviceaccount.yaml
      apiVersion: v1
      kind: ServiceAccount
      metadata:
        name: release-name-shop
        labels:
          helm.sh/chart: shop-1.0.0
          app.kubernetes.io/managed-by: Helm
      automountServiceAccountToken: true
      ---
      # Source: shop/templates/empty.yaml
      ---
      # Source: shop/templates/policy.yaml
      # Licensed to everyone
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata:
        name: release-name-shop
        namespace: default
      spec:
        rules:
        - {}

      ---

      ---
      # Source: shop/templates/tests/test-connection.yaml
      apiVersion: v1
      kind: Pod
      metadata:
        name: "release-name-shop-test"
        annotations:
          "helm.sh/hook": test
      spec:
        containers:
          - name: wget
            image: busybox
            command: ['wget']
            args: ['release-name-shop:80']
        restartPolicy: Never
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{- if .Values.enabled }}\napiVersion: v1\nkind: A\n{{- end }}\n",
        "apiVersion: v1\nkind: A\nmetadata:\n  name: {{ .Values.name }}\n",
        "apiVersion: v1\nkind: A\nmetadata:\n  name: {{ .Release.Name }}-api\n",
        "apiVersion: v1\nkind: A\nspec:\n  {{- toYaml .Values.spec | nindent 2 }}\n",
        "apiVersion: v1\nkind: A\nspec:\n- {{ .Values.x }}\n",
        "apiVersion: v1\nkind: A\nlabels:\n  {{ .Values.key }}: x\n",
        "{{/* a comment */}}\napiVersion: v1\nkind: A\n",
        "{{ range .Values.list }}\n---\napiVersion: v1\nkind: A\n{{ end }}\n",
        "apiVersion: v1\nkind: A\nspec: {{ .Values.a }}{{ .Values.b }}\n"
      })
  void a_template_outside_a_chart_is_recognised_where_it_breaks_yaml(String template) {
    Reading reading = Reading.of("api.yaml", template);

    assertThat(reading.findings()).extracting(Diagnostic::code).containsExactly(Code.TEMPLATE);
    Diagnostic finding = reading.findings().getFirst();
    assertThat(finding.text().help()).contains("render first");
    String[] lines = template.split("\n", -1);
    assertThat(lines[finding.span().line() - 1].substring(finding.span().column() - 1))
        .startsWith("{{");
    assertThat(reading.objects()).isEmpty();
  }

  @Test
  void a_quoted_expression_in_a_policy_is_a_template_too() {
    String policy = named("\"{{ .Values.name }}\"");

    assertThat(Reading.errors("p.yaml", policy.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .contains("SLU1014 3:18");
  }

  @Test
  void braces_of_other_programs_in_other_objects_are_text() {
    String rule =
        "apiVersion: a/v1\nkind: PrometheusRule\nspec: {summary: \"{{ $labels.pod }} is down\"}\n";

    assertThat(Reading.of("rules.yaml", rule).places()).isEmpty();
  }

  @Test
  void every_expression_in_the_templates_of_a_chart_counts() {
    Reading reading =
        Reading.of(
            Map.of(
                "shop/Chart.yaml",
                CHART,
                "shop/templates/quoted.yaml",
                named("\"{{ .Values.name }}\""),
                "shop/templates/sub/comment.yaml",
                "# {{ if false }}\n" + named("b"),
                "shop/templates/static.yaml",
                named("c"),
                "shop/crds/braces.yaml",
                named("d") + "# {{ not rendered }}\n",
                "other/templates/e.yaml",
                named("e") + "# {{ no chart here }}\n",
                "shop/charts/sub/Chart.yaml",
                CHART,
                "shop/charts/sub/templates/f.yaml",
                "  # {{ x }}\n" + named("f")));

    assertThat(reading.findings())
        .extracting(finding -> finding.code().id() + " " + finding.span())
        .containsExactly(
            "SLU1014 shop/charts/sub/templates/f.yaml:1:5",
            "SLU1014 shop/templates/quoted.yaml:3:19",
            "SLU1014 shop/templates/sub/comment.yaml:1:3");
    assertThat(reading.objects())
        .containsExactlyInAnyOrder(
            "AuthorizationPolicy c 1", "AuthorizationPolicy d 1", "AuthorizationPolicy e 1");
  }

  @ParameterizedTest
  @CsvSource({
    "Chart.yaml, CHART",
    "a/values.yaml, VALUES",
    "a/values-prod.yaml, VALUES",
    "a/values.eu.yml, VALUES",
    "a/prod-values.yaml, VALUES",
    "kustomization.yaml, KUSTOMIZATION",
    "a/b/kustomization.yml, KUSTOMIZATION"
  })
  void files_that_steer_helm_and_kustomize_are_counted(String path, Role role) {
    String text =
        switch (role) {
          case CHART -> CHART;
          case VALUES, VALUES_SCHEMA -> "replicas: &n 2\nmin: *n\nkind: DaemonSet\nkind: x\n";
          case KUSTOMIZATION -> "resources:\n- api.yaml\n";
        };

    Reading reading = Reading.of(path, text);

    assertThat(reading.findings()).isEmpty();
    assertThat(reading.tree().toolFiles()).containsExactly(new ToolFile(path, role));
    assertThat(reading.tree().documents()).isEmpty();
    assertThat(reading.tree().files()).isEqualTo(1);
  }

  @Test
  void the_schema_of_values_is_counted() {
    Reading reading = Reading.of("values.schema.json", "{\"type\": \"object\"}");

    assertThat(reading.findings()).isEmpty();
    assertThat(reading.tree().toolFiles())
        .extracting(ToolFile::role)
        .containsExactly(Role.VALUES_SCHEMA);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Chart.yaml", "values.yaml", "kustomization.yaml", "values-x.yaml"})
  void a_name_hides_no_policy(String path) {
    assertThat(Reading.of(path, named("a")).objects()).containsExactly("AuthorizationPolicy a 1");
    Reading second = Reading.of(path, "resources: []\n---\n" + named("b"));
    assertThat(second.places()).containsExactly("SLU1101 1:1");
    assertThat(second.objects()).containsExactly("AuthorizationPolicy b 3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x: &p {apiVersion: v1, kind: A}\n<<: *p\n",
        "a: b\n...\nkind: A\n",
        "a: b # \u2028kind: A\n",
        "a: b\n---#\nkind: A\n",
        "- a\n",
        "a: [\n"
      })
  void a_values_file_that_could_hide_something_is_no_values_file(String text) {
    Reading reading = Reading.of("values.yaml", text);

    assertThat(reading.places()).isNotEmpty();
    assertThat(reading.tree().toolFiles()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resources: [a.yaml]\npatches:\n- path: p.yaml\n",
        "namePrefix: eu-\nresources: [a.yaml]\n",
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nreplicas: []\n",
        "resources: [\"https://example.com/base?ref=v1\"]\n",
        "resources:\n- github.com/example/base\n"
      })
  void a_kustomization_that_changes_what_it_includes_is_a_warning(String text) {
    Reading reading = Reading.of("eu/kustomization.yaml", text);

    assertThat(reading.findings())
        .extracting(Diagnostic::code, Diagnostic::severity)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple(Code.RAW_KUSTOMIZATION, Severity.WARNING));
    assertThat(reading.findings().getFirst().text().help()).contains("kustomize build");
    assertThat(reading.tree().toolFiles()).hasSize(1);
  }

  @Test
  void rendered_output_of_helm_is_read_with_its_comments_and_empty_documents() {
    Reading reading = Reading.of("<stdin>", BY_HELM);

    assertThat(reading.findings()).isEmpty();
    assertThat(reading.objects())
        .isEqualTo(
            List.of(
                "ServiceAccount release-name-shop 3",
                "AuthorizationPolicy release-name-shop 16",
                "Pod release-name-shop-test 29"));
  }

  @Test
  void rendered_output_of_kustomize_is_read() {
    Reading reading = Reading.of("<stdin>", BY_KUSTOMIZE);

    assertThat(reading.findings()).isEmpty();
    assertThat(reading.objects())
        .containsExactly("ConfigMap conf-7f2k9b6t4m 1", "AuthorizationPolicy eu-api 13");
  }

  @Test
  void standard_input_may_hold_a_whole_environment() {
    var text = new StringBuilder();
    for (int i = 0; text.length() < 2 << 20; i++) {
      text.append("---\n# Source: chart/templates/")
          .append(i)
          .append(".yaml\n")
          .append(named("p" + i));
    }

    assertThat(Reading.of("<stdin>", text.toString()).places()).isEmpty();
    assertThat(Reading.of("all.yaml", text.toString()).places()).containsExactly("SLU1002 1:1");
  }
}
