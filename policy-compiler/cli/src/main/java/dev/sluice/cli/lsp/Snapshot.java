package dev.sluice.cli.lsp;

import dev.sluice.cli.report.Findings;
import dev.sluice.cli.report.PlanReport;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.source.SourceTree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DiagnosticCodeDescription;
import org.eclipse.lsp4j.DiagnosticSeverity;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.jsonrpc.messages.Either;

/// What one compilation says about the files of a workspace, by path. Immutable.
record Snapshot(
    Map<String, Lines> files,
    List<dev.sluice.compiler.diagnostic.Diagnostic> findings,
    Optional<PlanReport> plan) {

  static Snapshot empty() {
    return new Snapshot(Map.of(), List.of(), Optional.empty());
  }

  static Snapshot of(SourceTree tree, Compilation compilation) {
    var plan = new PlanReport(Findings.of(compilation.findings(), tree), compilation);
    return new Snapshot(lines(tree), compilation.findings(), Optional.of(plan));
  }

  /// The settings are wrong, so nothing else was judged.
  static Snapshot misconfigured(
      SourceTree tree, List<dev.sluice.compiler.diagnostic.Diagnostic> findings) {
    return new Snapshot(lines(tree), findings, Optional.empty());
  }

  private static Map<String, Lines> lines(SourceTree tree) {
    var lines = new HashMap<String, Lines>();
    tree.files().forEach(file -> lines.put(file.path(), Lines.of(file)));
    return lines;
  }

  private Lines lines(String file) {
    return files.getOrDefault(file, new Lines(List.of()));
  }

  Set<String> filesWithFindings() {
    var names = new TreeSet<String>();
    findings.forEach(finding -> names.add(finding.span().file()));
    return names;
  }

  /// The findings of a file as the editor wants them; suppressed ones only as hints.
  List<Diagnostic> diagnostics(String file) {
    return findings.stream()
        .filter(finding -> finding.span().file().equals(file))
        .map(this::diagnostic)
        .toList();
  }

  private Diagnostic diagnostic(dev.sluice.compiler.diagnostic.Diagnostic finding) {
    var result = new Diagnostic(lines(finding.span().file()).range(finding.span()), words(finding));
    result.setSeverity(severity(finding));
    result.setSource("sluice");
    result.setCode(Either.forLeft(finding.code().id()));
    result.setCodeDescription(new DiagnosticCodeDescription(finding.code().docs()));
    return result;
  }

  private static String words(dev.sluice.compiler.diagnostic.Diagnostic finding) {
    var text = finding.text();
    var words = new StringBuilder(text.message());
    if (!text.why().isEmpty()) {
      words.append("\nwhy: ").append(text.why());
    }
    if (!text.help().isEmpty()) {
      words.append("\nhelp: ").append(text.help());
    }
    return words.toString();
  }

  private static DiagnosticSeverity severity(dev.sluice.compiler.diagnostic.Diagnostic finding) {
    if (finding.suppressed() != null) {
      return DiagnosticSeverity.Hint;
    }
    Severity severity = finding.severity();
    return switch (severity) {
      case ERROR -> DiagnosticSeverity.Error;
      case WARNING -> DiagnosticSeverity.Warning;
      case NOTE -> DiagnosticSeverity.Information;
    };
  }

  /// Where the policy at a place is enforced and why; empty outside policies.
  Optional<String> planAt(String file, Position position) {
    return plan.flatMap(report -> report.textAt(file, position.getLine() + 1));
  }

  /// The findings that touch a range of lines, zero-based and inclusive.
  List<dev.sluice.compiler.diagnostic.Diagnostic> findingsAt(String file, int from, int to) {
    return findings.stream()
        .filter(finding -> finding.span().file().equals(file))
        .filter(finding -> finding.span().line() - 1 <= to && from <= finding.span().endLine() - 1)
        .toList();
  }

  /// The mechanical fix of a finding, if it has one.
  Optional<QuickFix> fix(dev.sluice.compiler.diagnostic.Diagnostic finding) {
    return QuickFix.of(finding, lines(finding.span().file()));
  }
}
