package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.compiler.Compilation.Summary;
import dev.sluice.compiler.diagnostic.Severity;
import java.util.Map;
import java.util.TreeMap;

/// What `sluice check` prints: all findings and what was looked at.
public record CheckReport(Findings findings, Summary summary) implements Report {

  @Override
  public void writeTo(Page page) {
    findings.writeTo(page, findings.all());
    writeSummary(page);
  }

  /// Adds the lines that say what was looked at.
  void writeSummary(Page page) {
    if (!summary.unknownKinds().isEmpty()) {
      page.add("kinds that Sluice does not read: ");
      var kinds = new TreeMap<>(summary.unknownKinds());
      page.line(
          String.join(
              ", ", kinds.entrySet().stream().map(k -> k.getKey() + " " + k.getValue()).toList()));
    }
    page.line(
        "%s, %s, %s, %s, %s of unknown kind"
            .formatted(
                Page.count(summary.files(), "file"),
                Page.count(summary.documents(), "document"),
                summary.policies() + (summary.policies() == 1 ? " policy" : " policies"),
                Page.count(summary.topology(), "topology object"),
                unknown()));
    long errors = findings.count(Severity.ERROR);
    long warnings = findings.count(Severity.WARNING);
    Ink ink = errors > 0 ? Ink.BAD : warnings > 0 ? Ink.CAREFUL : Ink.GOOD;
    page.add(ink, Page.count(errors, "error") + ", " + Page.count(warnings, "warning"))
        .line(", " + findings.suppressed() + " suppressed");
  }

  private int unknown() {
    return summary.unknownKinds().values().stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("findings", findings.toJson());
    json.set("summary", summaryJson());
    return json;
  }

  /// The counts as data; `unknownKindNames` has the kinds behind `unknownKinds`.
  ObjectNode summaryJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("files", summary.files())
            .put("documents", summary.documents())
            .put("policies", summary.policies())
            .put("topology", summary.topology())
            .put("unknownKinds", unknown())
            .put("errors", findings.count(Severity.ERROR))
            .put("warnings", findings.count(Severity.WARNING))
            .put("suppressed", findings.suppressed());
    ObjectNode names = json.putObject("unknownKindNames");
    for (Map.Entry<String, Integer> kind : new TreeMap<>(summary.unknownKinds()).entrySet()) {
      names.put(kind.getKey(), kind.getValue());
    }
    return json;
  }
}
