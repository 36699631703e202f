package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.place.Placement;
import dev.sluice.compiler.place.Placement.GuardSummary;
import dev.sluice.compiler.place.Placement.Layer;
import dev.sluice.compiler.place.Placement.Point;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.upstream.UpstreamExample;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.PortSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// One policy of a plan as data.
final class PlanJson {
  private PlanJson() {}

  static ObjectNode of(
      PolicyOutcome outcome, Findings findings, Optional<UpstreamExample> example) {
    Metadata policy = outcome.metadata();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("kind", policy.kind())
            .put("namespace", policy.namespace())
            .put("name", policy.name())
            .put("file", policy.span().file())
            .put("line", policy.span().line());
    switch (outcome) {
      case PolicyOutcome.Placed(var placement, _) -> {
        json.put("status", "placed");
        placed(json, placement);
        json.set(
            "upstreamExample", example.<JsonNode>map(PlanJson::example).orElse(json.nullNode()));
      }
      case PolicyOutcome.Unknown(_, var about) -> {
        json.put("status", PlanReport.UNKNOWN).put("layer", PlanReport.UNKNOWN);
        withoutPlacement(json, about);
      }
      case PolicyOutcome.Refused(_, var about) -> {
        json.put("status", "refused").put("layer", Layer.NONE.word());
        withoutPlacement(json, about);
      }
    }
    json.set("findings", findings.toJson(outcome.findings()));
    return json;
  }

  private static void withoutPlacement(ObjectNode json, List<Diagnostic> about) {
    json.putNull("enforcement");
    json.putArray("points");
    json.putNull("guard");
    ArrayNode reasons = json.putArray("reasons");
    about.forEach(finding -> reason(reasons, finding.text().message(), finding.span()));
    json.putArray("unenforced");
    json.putNull("upstreamDiffers");
    json.putNull("upstreamExample");
  }

  private static void placed(ObjectNode json, Placement placement) {
    json.put("layer", placement.layer().word());
    json.put("enforcement", placement.isOnTrial() ? "shadow" : "enforced");
    ArrayNode points = json.putArray("points");
    placement.points().forEach(point -> points.add(point(point)));
    placement
        .guard()
        .ifPresentOrElse(guard -> json.set("guard", guard(guard)), () -> json.putNull("guard"));
    ArrayNode reasons = json.putArray("reasons");
    placement.reasons().forEach(reason -> reason(reasons, reason.text(), reason.span()));
    ArrayNode unenforced = json.putArray("unenforced");
    placement
        .unenforced()
        .forEach(one ->
            unenforced.addObject().put("workload", one.workload()).put("because", one.because()));
    json.put("upstreamDiffers", placement.upstreamDiffers().orElse(null));
  }

  private static void reason(ArrayNode reasons, String text, Span span) {
    reasons.addObject().put("text", text).put("file", span.file()).put("line", span.line());
  }

  /// Its parts are those of a `PolicyTest` case.
  private static ObjectNode example(UpstreamExample example) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("text", example.sentence());
    ObjectNode from = json.putObject("from");
    switch (example.asked().from().peer()) {
      case Peer.Anonymous() -> from.put("plaintext", true);
      case Peer.Identified(var id) -> from.put("principal", id.principal());
    }
    example.asked().from().address().ifPresent(ip -> from.put("ip", ip.getHostAddress()));
    Target to = example.asked().to();
    String kind =
        switch (to) {
          case Target.OfService _ -> "service";
          case Target.OfWorkload _ -> "workload";
        };
    json.putObject("to").put(kind, to.namespace() + "/" + to.name()).put("port", to.port());
    example
        .asked()
        .http()
        .ifPresent(http -> {
          ObjectNode request = json.putObject("request");
          request.put("method", http.method()).put("path", http.path());
          if (!http.host().isEmpty()) {
            request.put("host", http.host());
          }
          ObjectNode headers = request.putObject("headers");
          new TreeMap<>(http.headers()).forEach(headers::put);
        });
    return json.put("decision", example.ours().word()).put("upstream", example.upstream().word());
  }

  private static ObjectNode point(Point point) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("layer", point.layer().word());
    json.put("waypoint", point.waypoint().orElse(null));
    texts(json.putArray("targets"), point.targets());
    texts(json.putArray("workloads"), point.workloads());
    ArrayNode rules = json.putArray("rules");
    point.rules().forEach(rules::add);
    return json;
  }

  private static ObjectNode guard(GuardSummary guard) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    texts(json.putArray("workloads"), guard.workloads());
    texts(json.putArray("admits"), guard.admits());
    ArrayNode ports = json.putArray("ports");
    json.put("allPorts", guard.ports() instanceof PortSet.AllExcept);
    ArrayNode except = json.putArray("exceptPorts");
    switch (guard.ports()) {
      case PortSet.AllExcept(var listed) -> listed.forEach(except::add);
      case PortSet.Ports(var listed) -> listed.forEach(ports::add);
    }
    texts(json.putArray("exempt"), guard.exempt());
    return json;
  }

  private static void texts(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }
}
