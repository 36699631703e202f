package dev.sluice.compiler.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.link.LinkedWorkload.Enrolment;
import dev.sluice.compiler.link.LinkedWorkload.Membership;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.TopologyDocument.Network;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnrolmentRulesTest {

  private static final Span NOWHERE = Span.startOf("test.yaml");

  /// Labels of the Namespace, labels and annotations of the pod, and what comes of them.
  private static final String TABLE =
      """
      unknown                          | ''                              | ''                            | AMBIENT
      unknown                          | istio.io/dataplane-mode=none    | ''                            | OUTSIDE
      unknown                          | sidecar.istio.io/inject=true    | ''                            | SIDECAR
      ''                               | ''                              | ''                            | OUTSIDE
      ''                               | istio.io/dataplane-mode=ambient | ''                            | AMBIENT
      istio.io/dataplane-mode=ambient  | ''                              | ''                            | AMBIENT
      istio.io/dataplane-mode=ambient  | istio.io/dataplane-mode=none    | ''                            | OUTSIDE
      istio.io/dataplane-mode=none     | ''                              | ''                            | OUTSIDE
      istio.io/dataplane-mode=none     | istio.io/dataplane-mode=ambient | ''                            | AMBIENT
      istio.io/dataplane-mode=ambient  | ''                              | ambient.istio.io/bypass-inbound-capture=true | OUTSIDE
      istio.io/dataplane-mode=ambient  | sidecar.istio.io/inject=true    | ''                            | SIDECAR
      istio.io/dataplane-mode=ambient  | istio.io/rev=canary             | ''                            | SIDECAR
      istio.io/dataplane-mode=ambient  | ''                              | sidecar.istio.io/status={}    | SIDECAR
      istio.io/dataplane-mode=ambient  | ''                              | sidecar.istio.io/inject=true  | AMBIENT
      istio-injection=enabled          | ''                              | ''                            | SIDECAR
      istio-injection=enabled          | sidecar.istio.io/inject=false   | ''                            | OUTSIDE
      istio-injection=enabled          | ''                              | sidecar.istio.io/inject=false | OUTSIDE
      istio-injection=enabled          | sidecar.istio.io/inject=true    | sidecar.istio.io/inject=false | SIDECAR
      istio-injection=disabled         | sidecar.istio.io/inject=true    | ''                            | OUTSIDE
      istio.io/rev=canary              | ''                              | ''                            | SIDECAR
      istio-injection=enabled;istio.io/dataplane-mode=ambient | ''       | ''                            | SIDECAR
      istio-injection=enabled;istio.io/dataplane-mode=ambient | sidecar.istio.io/inject=false | ''     | AMBIENT
      istio.io/dataplane-mode=ambient  | gateway.istio.io/managed=x      | ''                            | OUTSIDE
      istio-injection=enabled          | ''                              | inject.istio.io/templates=gateway | OUTSIDE
      """;

  @ParameterizedTest(name = "namespace {0}, pod {1}, annotations {2} → {3}")
  @CsvSource(delimiter = '|', nullValues = "unknown", textBlock = TABLE)
  void labels_and_annotations_decide_as_in_istio(
      String namespace, String labels, String annotations, Membership expected) {
    Workload workload =
        workload("shop", pairs(labels), pairs(annotations), Network.POD, Set.of("app"));

    Enrolment enrolment =
        EnrolmentRules.of(workload, Optional.ofNullable(namespace).map(EnrolmentRulesTest::pairs));

    assertThat(enrolment.membership()).isEqualTo(expected);
    assertThat(enrolment.because()).startsWith("it");
  }

  @Test
  void a_pod_on_the_network_of_its_node_is_neither_captured_nor_injected() {
    for (String label : Set.of("istio.io/dataplane-mode=ambient", "istio-injection=enabled")) {
      Workload workload = workload("shop", Map.of(), Map.of(), Network.HOST, Set.of("app"));
      assertThat(EnrolmentRules.of(workload, Optional.of(pairs(label))).membership())
          .isEqualTo(Membership.OUTSIDE);
    }
  }

  @Test
  void a_proxy_beside_the_application_is_a_sidecar_and_alone_a_gateway() {
    var ambient = Optional.of(pairs("istio.io/dataplane-mode=ambient"));

    assertThat(
            EnrolmentRules.of(
                    workload("shop", Map.of(), Map.of(), Network.POD, Set.of("app", "istio-proxy")),
                    ambient)
                .membership())
        .isEqualTo(Membership.SIDECAR);
    assertThat(
            EnrolmentRules.of(
                    workload("shop", Map.of(), Map.of(), Network.POD, Set.of("istio-proxy")),
                    ambient)
                .because())
        .isEqualTo("it is a gateway");
  }

  @Test
  void nothing_of_the_system_namespace_is_captured() {
    assertThat(
            EnrolmentRules.of(
                    workload("kube-system", Map.of(), Map.of(), Network.POD, Set.of("app")),
                    Optional.of(pairs("istio.io/dataplane-mode=ambient")))
                .membership())
        .isEqualTo(Membership.OUTSIDE);
  }

  private static Map<String, String> pairs(String text) {
    return Stream.of(text.split(";"))
        .filter(pair -> !pair.isEmpty())
        .map(pair -> pair.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (a, b) -> b, TreeMap::new));
  }

  private static Workload workload(
      String namespace,
      Map<String, String> labels,
      Map<String, String> annotations,
      Network network,
      Set<String> containers) {
    return new Workload(
        new Metadata(
            "apps/v1", "Deployment", namespace, "api", Map.of(), Map.of(), NOWHERE, NOWHERE),
        labels,
        annotations,
        "api",
        Map.of(),
        network,
        containers);
  }
}
