package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.terminal.Colour;
import dev.sluice.compiler.traffic.Observations;
import dev.sluice.compiler.traffic.Suggested;
import dev.sluice.compiler.traffic.Suggestions;
import dev.sluice.compiler.traffic.Unusable;
import java.util.List;
import java.util.TreeMap;

/// What `sluice suggest` prints: policies as YAML with how they came about, for review.
///
/// `disagreements` are observed requests that the suggestion would decide otherwise.
public record SuggestReport(
    List<String> logs, Observations seen, Suggestions.Result result, List<String> disagreements)
    implements Report {

  public SuggestReport {
    logs = List.copyOf(logs);
    disagreements = List.copyOf(disagreements);
  }

  /// The policies alone, as YAML.
  public static String yaml(Suggestions.Result result) {
    Page page = new Page(Colour.OFF);
    result.policies().forEach(policy -> write(page, policy));
    return page.toString();
  }

  @Override
  public void writeTo(Page page) {
    page.line("# Suggested by `sluice suggest` from " + String.join(", ", logs));
    page.line("# for review: nothing has been applied.");
    page.line("#");
    page.line(
        "# %s, %s evidence: %s allowed, %s refused."
            .formatted(
                Page.count(seen.lines(), "line"),
                seen.used() + " of them",
                Page.count(seen.allowedKinds(), "different request"),
                seen.refusedKinds()));
    page.line("# Everything that was allowed is allowed, and nothing else, but for parts of paths");
    page.line("# that look like identifiers, which became {*} where three or more were seen and");
    page.line("# none was refused. What did not happen while the log was written is not allowed.");
    new TreeMap<>(seen.left())
        .forEach((reason, count) -> page.line("# not used: " + count + " × " + reason.words()));
    result.notes().forEach(note -> page.line("# note: " + note));
    disagreements.forEach(one -> page.line("# decided otherwise than recorded: " + one));
    result.policies().forEach(policy -> write(page, policy));
  }

  private static void write(Page page, Suggested policy) {
    page.line("---");
    page.line("apiVersion: security.istio.io/v1");
    page.line("kind: AuthorizationPolicy");
    page.line("metadata:");
    page.line("  name: " + policy.name());
    page.line("  namespace: " + policy.namespace());
    if (!policy.exempt().isEmpty()) {
      page.line("  annotations:");
      page.line("    sluice.dev/guard-exempt: " + quoted(String.join(",", policy.exempt())));
    }
    page.line("spec:");
    if (policy.service().isEmpty()) {
      page.line("  selector:");
      page.line("    matchLabels:");
      policy.labels().forEach((key, value) -> page.line("      " + key + ": " + quoted(value)));
    } else {
      page.line("  targetRefs:");
      page.line("    - group: \"\"");
      page.line("      kind: Service");
      page.line("      name: " + policy.service());
    }
    page.line("  action: ALLOW");
    if (!policy.rules().isEmpty()) {
      page.line("  rules:");
      policy.rules().forEach(rule -> write(page, rule));
    }
  }

  private static void write(Page page, Suggested.Rule rule) {
    page.line("    - from:");
    page.line("        - source:");
    list(page, "            ", "principals", rule.principals());
    if (rule.principals().isEmpty()) {
      list(page, "            ", "notPrincipals", List.of("*"));
      list(page, "            ", "ipBlocks", rule.addresses());
    }
    if (!rule.ports().isEmpty() || !rule.methods().isEmpty() || !rule.paths().isEmpty()) {
      page.line("      to:");
      page.line("        - operation:");
      list(page, "            ", "ports", rule.ports());
      list(page, "            ", "methods", rule.methods());
      list(page, "            ", "paths", rule.paths());
    }
  }

  private static void list(Page page, String margin, String field, List<String> values) {
    if (!values.isEmpty()) {
      page.line(margin + field + ":");
      values.forEach(value -> page.line(margin + "  - " + quoted(value)));
    }
  }

  /// Double-quoted YAML, in which JSON's escapes mean the same.
  private static String quoted(String text) {
    return JsonNodeFactory.instance.textNode(text).toString();
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    texts(json.putArray("logs"), logs);
    ArrayNode policies = json.putArray("policies");
    result.policies().forEach(policy -> policies.add(toJson(policy)));
    texts(json.putArray("notes"), result.notes());
    texts(json.putArray("disagreements"), disagreements);
    ArrayNode left = json.putArray("left");
    for (var entry : new TreeMap<>(seen.left()).entrySet()) {
      Unusable reason = entry.getKey();
      left.addObject()
          .put("reason", reason.code())
          .put("text", reason.words())
          .put("count", entry.getValue());
    }
    json.putObject("summary")
        .put("lines", seen.lines())
        .put("used", seen.used())
        .put("allowed", seen.allowedKinds())
        .put("refused", seen.refusedKinds())
        .put("beyond", seen.beyond());
    return json;
  }

  private static ObjectNode toJson(Suggested policy) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("apiVersion", "security.istio.io/v1").put("kind", "AuthorizationPolicy");
    ObjectNode metadata =
        json.putObject("metadata").put("name", policy.name()).put("namespace", policy.namespace());
    if (!policy.exempt().isEmpty()) {
      metadata
          .putObject("annotations")
          .put("sluice.dev/guard-exempt", String.join(",", policy.exempt()));
    }
    ObjectNode spec = json.putObject("spec");
    if (policy.service().isEmpty()) {
      ObjectNode labels = spec.putObject("selector").putObject("matchLabels");
      policy.labels().forEach(labels::put);
    } else {
      spec.putArray("targetRefs")
          .addObject()
          .put("group", "")
          .put("kind", "Service")
          .put("name", policy.service());
    }
    spec.put("action", "ALLOW");
    if (!policy.rules().isEmpty()) {
      ArrayNode rules = spec.putArray("rules");
      policy.rules().forEach(rule -> toJson(rules.addObject(), rule));
    }
    return json;
  }

  private static void toJson(ObjectNode json, Suggested.Rule rule) {
    ObjectNode source = json.putArray("from").addObject().putObject("source");
    if (rule.principals().isEmpty()) {
      source.putArray("notPrincipals").add("*");
      putTexts(source, "ipBlocks", rule.addresses());
    } else {
      texts(source.putArray("principals"), rule.principals());
    }
    if (!rule.ports().isEmpty() || !rule.methods().isEmpty() || !rule.paths().isEmpty()) {
      ObjectNode operation = json.putArray("to").addObject().putObject("operation");
      putTexts(operation, "ports", rule.ports());
      putTexts(operation, "methods", rule.methods());
      putTexts(operation, "paths", rule.paths());
    }
  }

  private static void putTexts(ObjectNode json, String field, List<String> values) {
    if (!values.isEmpty()) {
      texts(json.putArray(field), values);
    }
  }

  private static void texts(ArrayNode array, List<String> values) {
    values.forEach(array::add);
  }
}
