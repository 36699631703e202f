package dev.sluice.cli.report;

import dev.sluice.cli.format.Annotation;
import dev.sluice.cli.format.Comment;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.ResourceRef;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.diagnostic.Suppression;
import dev.sluice.compiler.diagnostic.Witness;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A finding in the words of the formats for CI systems.
final class FindingLines {
  private FindingLines() {}

  /// What stands below the message: the reason, the witness, the way out, the suppression.
  static List<String> below(Diagnostic finding) {
    var lines = new ArrayList<String>();
    add(lines, "why", finding.text().why());
    Witness witness = finding.text().witness();
    add(lines, "witness", witness == null ? "" : witness.sentence());
    add(lines, "help", finding.text().help());
    Suppression suppressed = finding.suppressed();
    add(lines, "suppressed", suppressed == null ? "" : suppressed.reason());
    return lines;
  }

  private static void add(List<String> lines, String name, String text) {
    if (!text.isEmpty()) {
      lines.add(name + ": " + text);
    }
  }

  /// The finding on one line, for example `SLU1103 policy.yaml:3:1: unknown field`.
  static String line(Diagnostic finding) {
    return finding.severity().word()
        + "["
        + finding.code().id()
        + "] "
        + finding.span()
        + ": "
        + finding.text().message();
  }

  /// Annotations of the findings that count.
  static List<Annotation> annotations(List<Diagnostic> findings) {
    return findings.stream()
        .filter(finding -> finding.suppressed() == null)
        .map(FindingLines::annotation)
        .toList();
  }

  private static Annotation annotation(Diagnostic finding) {
    var lines = new ArrayList<>(List.of(finding.text().message()));
    lines.addAll(below(finding));
    ResourceRef resource = finding.resource();
    String title = finding.code().id() + " " + finding.code().slug();
    return new Annotation(
        finding.severity(),
        Optional.of(finding.span()),
        resource == null ? title : title + ": " + resource,
        lines);
  }

  /// Adds the findings to a comment: errors first, those that do not count last.
  static void comment(Comment comment, Findings findings, List<Diagnostic> some) {
    for (Severity severity : Severity.values()) {
      some.stream()
          .filter(finding -> finding.severity() == severity && finding.suppressed() == null)
          .forEach(finding -> comment(comment, findings, finding));
    }
    some.stream()
        .filter(finding -> finding.suppressed() != null)
        .forEach(finding -> comment(comment, findings, finding));
  }

  private static void comment(Comment comment, Findings findings, Diagnostic finding) {
    String summary =
        (finding.suppressed() == null ? "" : "suppressed ")
            + finding.severity().word()
            + " "
            + finding.code().id()
            + ": "
            + finding.text().message()
            + " (`"
            + finding.span()
            + "`)";
    var paragraphs = new ArrayList<>(below(finding));
    ResourceRef resource = finding.resource();
    if (resource != null) {
      paragraphs.addFirst("`" + resource + "`");
    }
    comment.details(summary, findings.excerpt(finding), paragraphs);
  }
}
