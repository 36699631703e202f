package dev.sluice.compiler.link;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.engine.shard.PolicyShard;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which waypoint a Service is bound to, by every combination of the labels that matter.
///
/// The Service `shop/api` and its Namespace carry the labels of a row; the waypoints are `wp` in
/// `shop`, which admits its own namespace, and in `infra` `open` (admits all), `named` (admits
/// `shop` by a selector), `team` (admits Namespaces with a label), `shut` (admits nobody), `pods`
/// (takes traffic addressed to pods) and `every` (takes all traffic).
class WaypointBindingTest {

  private static final String USE = "istio.io/use-waypoint";

  private static final String PRECEDENCE =
      """
      ''                  | ''                 | none
      wp                  | ''                 | shop/wp
      ''                  | wp                 | shop/wp
      none                | wp                 | none
      wp                  | none               | shop/wp
      wp                  | infra/open         | shop/wp
      infra/open          | wp                 | infra/open
      gone                | wp                 | SLU2003
      infra/wp            | wp                 | SLU2003
      ''                  | gone               | SLU2003
      ingress             | wp                 | SLU3009
      """;

  private static final String TRAFFIC_AND_ADMITTANCE =
      """
      infra/open          | ''                 | infra/open
      infra/named         | ''                 | infra/named
      infra/team          | ''                 | SLU2007
      infra/team          | team=a             | infra/team
      infra/team          | team=b             | SLU2007
      ''                  | infra/team;team=a  | infra/team
      infra/shut          | ''                 | SLU2007
      infra/same          | ''                 | SLU2007
      infra/pods          | ''                 | SLU3008
      infra/every         | ''                 | SLU3008
      infra/idle          | ''                 | SLU3008
      infra/odd           | ''                 | SLU3008
      ''                  | infra/every        | SLU3008
      """;

  @ParameterizedTest(name = "Service {0}, Namespace {1} → {2}")
  @CsvSource(delimiter = '|', textBlock = PRECEDENCE)
  void the_label_of_the_service_wins_over_that_of_its_namespace(
      String service, String namespace, String expected) {
    assertThat(outcome(service, namespace)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "Service {0}, Namespace {1} → {2}")
  @CsvSource(delimiter = '|', textBlock = TRAFFIC_AND_ADMITTANCE)
  void a_waypoint_serves_services_of_the_namespaces_it_admits(
      String service, String namespace, String expected) {
    assertThat(outcome(service, namespace)).isEqualTo(expected);
  }

  /// The waypoint, `none`, or the codes of the errors.
  private static String outcome(String service, String namespace) {
    String mesh =
        String.join(
            "---\n",
            namespace("shop", labels(namespace)),
            service(labels(service)),
            WORKLOAD,
            waypoint("shop", "wp", "", "Same"),
            waypoint("infra", "open", "", "All"),
            waypoint(
                "infra",
                "named",
                "",
                "Selector, selector: {matchLabels: {kubernetes.io/metadata.name: shop}}"),
            waypoint(
                "infra",
                "team",
                "",
                "Selector, selector: {matchExpressions: [{key: team, operator: In, values: [a]}]}"),
            waypoint("infra", "shut", "", "None"),
            waypoint("infra", "same", "", "Same"),
            waypoint("infra", "pods", "istio.io/waypoint-for: workload", "All"),
            waypoint("infra", "every", "istio.io/waypoint-for: all", "All"),
            waypoint("infra", "idle", "istio.io/waypoint-for: none", "All"),
            waypoint("infra", "odd", "istio.io/waypoint-for: services", "All"),
            waypoint("shop", "ingress", "", "All").replace("istio-waypoint", "istio"));
    var tree = new SourceTree(List.of(new SourceFile("mesh.yaml", mesh.getBytes(UTF_8))));
    Compilation compilation = Compiler.compile(tree, MeshSettings.defaults());
    if (compilation.hasErrors()) {
      return compilation.findings().stream()
          .map(finding -> finding.code().id())
          .distinct()
          .collect(Collectors.joining(" "));
    }
    return bound(compilation);
  }

  private static String bound(Compilation compilation) {
    PolicyShard ztunnel =
        compilation.shards().stream()
            .filter(shard -> shard.point() instanceof PolicyShard.EnforcementPoint.Ztunnel)
            .findFirst()
            .orElseThrow();
    return ztunnel.bindings().stream()
        .filter(binding -> binding.serviceName().equals("api"))
        .filter(binding -> !binding.waypointName().isEmpty())
        .map(binding -> binding.waypointNamespace() + "/" + binding.waypointName())
        .findFirst()
        .orElse("none");
  }

  private static final String WORKLOAD =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: api, namespace: shop}
      spec:
        template:
          metadata: {labels: {app: api}}
          spec: {containers: [{name: app, image: app}]}
      """;

  private static String service(String labels) {
    return """
    apiVersion: v1
    kind: Service
    metadata: {name: api, namespace: shop, labels: {%s}}
    spec:
      selector: {app: api}
      ports: [{name: http, port: 80, targetPort: 8080}]
    """
        .formatted(labels);
  }

  /// `[NAMESPACE/]NAME` of a waypoint and plain labels as `KEY=VALUE`, separated by semicolons.
  private static String labels(String text) {
    return java.util.stream.Stream.of(text.split(";"))
        .filter(part -> !part.isEmpty())
        .map(part -> {
          int slash = part.indexOf('/');
          if (part.contains("=")) {
            return part.replace("=", ": ");
          }
          return slash < 0
              ? USE + ": " + part
              : "%s: %s, %s-namespace: %s"
                  .formatted(USE, part.substring(slash + 1), USE, part.substring(0, slash));
        })
        .collect(Collectors.joining(", "));
  }

  private static String namespace(String name, String labels) {
    return """
    apiVersion: v1
    kind: Namespace
    metadata: {name: %s, labels: {%s}}
    """
        .formatted(
            name, "istio.io/dataplane-mode: ambient" + (labels.isEmpty() ? "" : ", ") + labels);
  }

  private static String waypoint(String namespace, String name, String labels, String from) {
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata: {name: %s, namespace: %s, labels: {%s}}
    spec:
      gatewayClassName: istio-waypoint
      listeners:
      - {name: mesh, port: 15008, protocol: HBONE, allowedRoutes: {namespaces: {from: %s}}}
    """
        .formatted(name, namespace, labels, from);
  }
}
