package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.format.Annotation;
import dev.sluice.cli.format.Comment;
import dev.sluice.cli.format.TestCase;
import dev.sluice.cli.input.Evaluation;
import dev.sluice.cli.input.FailOn;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compilation.Summary;
import dev.sluice.compiler.diagnostic.Severity;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What `sluice check` prints: all findings and what was looked at.
///
/// `exit` is what the command ends with, `failOn` from which findings on a policy fails.
public record CheckReport(
    Findings findings, Compilation compilation, FailOn failOn, ExitCode exit, String version)
    implements Report.Analysed, Report.Tested, Report.Annotated, Report.Commented {

  /// The report of an evaluation by this `version` of the program.
  public static CheckReport of(Evaluation evaluation, FailOn failOn, String version) {
    Compilation compilation = evaluation.compilation();
    return new CheckReport(
        Findings.of(compilation.findings(), evaluation.tree()),
        compilation,
        failOn,
        evaluation.exitCode(failOn),
        version);
  }

  private Summary summary() {
    return compilation.summary();
  }

  @Override
  public void writeTo(Page page) {
    findings.writeTo(page, findings.all());
    writeSummary(page);
  }

  /// Adds the lines that say what was looked at.
  void writeSummary(Page page) {
    if (!summary().unknownKinds().isEmpty()) {
      page.add("kinds that Sluice does not read: ").line(counted(summary().unknownKinds()));
    }
    if (!summary().toolFiles().isEmpty()) {
      page.add("files of Helm and Kustomize that hold no object: ")
          .line(counted(summary().toolFiles()));
    }
    page.line(looked());
    long errors = findings.count(Severity.ERROR);
    long warnings = findings.count(Severity.WARNING);
    Ink ink = errors > 0 ? Ink.BAD : warnings > 0 ? Ink.CAREFUL : Ink.GOOD;
    page.add(ink, Page.count(errors, "error") + ", " + Page.count(warnings, "warning"))
        .line(", " + findings.suppressed() + " suppressed");
  }

  private static String counted(Map<String, Integer> counts) {
    return new TreeMap<>(counts)
        .entrySet().stream()
            .map(count -> count.getKey() + " " + count.getValue())
            .collect(Collectors.joining(", "));
  }

  /// What was looked at, on one line.
  private String looked() {
    return "%s, %s, %s, %s, %s of unknown kind"
        .formatted(
            Page.count(summary().files(), "file"),
            Page.count(summary().documents(), "document"),
            summary().policies() + (summary().policies() == 1 ? " policy" : " policies"),
            Page.count(summary().topology(), "topology object"),
            unknown());
  }

  private String found() {
    return Page.count(findings.count(Severity.ERROR), "error")
        + ", "
        + Page.count(findings.count(Severity.WARNING), "warning")
        + ", "
        + findings.suppressed()
        + " suppressed";
  }

  private int unknown() {
    return summary().unknownKinds().values().stream().mapToInt(Integer::intValue).sum();
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
            .put("files", summary().files())
            .put("documents", summary().documents())
            .put("policies", summary().policies())
            .put("topology", summary().topology())
            .put("unknownKinds", unknown())
            .put("errors", findings.count(Severity.ERROR))
            .put("warnings", findings.count(Severity.WARNING))
            .put("suppressed", findings.suppressed());
    ObjectNode roles = json.putObject("toolFiles");
    new TreeMap<>(summary().toolFiles()).forEach(roles::put);
    ObjectNode names = json.putObject("unknownKindNames");
    for (Map.Entry<String, Integer> kind : new TreeMap<>(summary().unknownKinds()).entrySet()) {
      names.put(kind.getKey(), kind.getValue());
    }
    return json;
  }

  @Override
  public ObjectNode toSarif() {
    return Sarif.of(findings, exit, version);
  }

  @Override
  public List<Annotation> annotations() {
    return FindingLines.annotations(findings.all());
  }

  @Override
  public String suite() {
    return "sluice check";
  }

  @Override
  public List<TestCase> cases() {
    return PolicyCases.of(compilation, failOn, exit);
  }

  @Override
  public String mark() {
    return "sluice check";
  }

  @Override
  public void writeTo(Comment comment) {
    comment.heading("Sluice check: " + found()).paragraph(looked());
    if (exit != ExitCode.CLEAN && exit != ExitCode.FINDINGS) {
      comment.paragraph("The result is not complete: " + exit.meaning() + ".");
    }
    FindingLines.comment(comment, findings, findings.all());
  }
}
