package dev.sluice.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.cli.terminal.Colour;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compilation.Summary;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.place.Placement;
import dev.sluice.compiler.place.Placement.GuardSummary;
import dev.sluice.compiler.place.Placement.Layer;
import dev.sluice.compiler.place.Placement.Point;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.engine.policy.PortSet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Placements that examples do not have.
class PlanReportTest {
  private static final String POLICY =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: wide, namespace: shop}
      spec: {action: DENY, rules: [{}]}
      """;

  private static PlanReport report(PortSet closed) {
    List<String> workloads =
        IntStream.rangeClosed(1, 12).mapToObj(n -> "Deployment shop/w" + n).toList();
    var point =
        new Point(Layer.WAYPOINT, Optional.of("shop/waypoint"), List.of(), workloads, List.of(0));
    var guard = new GuardSummary(workloads, List.of(), closed, List.of("prometheus"));
    var placement =
        new Placement(
            policy(),
            Layer.BOTH,
            List.of(point),
            Optional.of(guard),
            List.of(),
            List.of(),
            List.of(),
            Optional.of("Istio does not"));
    var compilation =
        new Compilation(
            List.of(),
            new Summary(1, 1, 1, 0, Map.of(), Map.of()),
            List.of(placement),
            List.of(),
            List.of(),
            PlacedMesh.empty(),
            List.of());
    return new PlanReport(Findings.of(List.of(), new SourceTree(List.of())), compilation);
  }

  private static LinkedPolicy policy() {
    var file = new SourceFile("wide.yaml", POLICY.getBytes(StandardCharsets.UTF_8));
    var compiled =
        dev.sluice.compiler.Compiler.compile(
            new SourceTree(List.of(file)), MeshSettings.defaults());
    return compiled.placements().getFirst().policy();
  }

  private static String text(PlanReport report) {
    var page = new Page(Colour.OFF);
    report.writeTo(page);
    return page.toString();
  }

  @Test
  void long_lists_are_cut_in_text_and_whole_in_json() {
    PlanReport report = report(PortSet.all());

    assertThat(text(report)).contains("Deployment shop/w5 and 7 more").doesNotContain("w6");
    assertThat(report.toJson().at("/policies/0/points/0/workloads")).hasSize(12);
  }

  @Test
  void every_port_is_said_in_words_and_as_a_flag() {
    PlanReport report = report(PortSet.all());
    JsonNode guard = report.toJson().at("/policies/0/guard");

    assertThat(text(report)).contains("guard     every port of ").contains("exempt prometheus");
    assertThat(text(report)).contains("admits nobody");
    assertThat(guard.path("allPorts").asBoolean()).isTrue();
    assertThat(guard.path("ports")).isEmpty();
    assertThat(guard.path("exceptPorts")).isEmpty();
  }

  @Test
  void every_port_but_some_says_which() {
    PlanReport report = report(PortSet.allExcept(List.of(9090, 80)));
    JsonNode guard = report.toJson().at("/policies/0/guard");

    assertThat(text(report)).contains("every port but 80, 9090 of ");
    assertThat(guard.path("allPorts").asBoolean()).isTrue();
    assertThat(guard.path("exceptPorts")).hasSize(2);
  }

  @Test
  void single_ports_are_listed() {
    PlanReport report = report(PortSet.of(List.of(8080, 80)));
    JsonNode guard = report.toJson().at("/policies/0/guard");

    assertThat(text(report)).contains("ports 80, 8080 of ");
    assertThat(guard.path("allPorts").asBoolean()).isFalse();
    assertThat(guard.path("ports")).hasSize(2);
  }
}
