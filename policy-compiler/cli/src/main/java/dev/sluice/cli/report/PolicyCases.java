package dev.sluice.cli.report;

import dev.sluice.cli.format.TestCase;
import dev.sluice.cli.format.TestCase.Outcome;
import dev.sluice.cli.input.FailOn;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.syntax.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The policies of a tree as test cases, one each, and one per file for findings beside them.
final class PolicyCases {
  private final FailOn failOn;
  private final List<TestCase> cases = new ArrayList<>();

  private PolicyCases(FailOn failOn) {
    this.failOn = failOn;
  }

  /// The cases in file order; when the result is not complete the last case says so.
  static List<TestCase> of(Compilation compilation, FailOn failOn, ExitCode exit) {
    var made = new PolicyCases(failOn);
    List<PolicyOutcome> outcomes = PolicyOutcome.of(compilation);
    for (PolicyOutcome outcome : outcomes) {
      Metadata metadata = outcome.metadata();
      made.add(metadata.resource().toString(), metadata.span().file(), outcome.findings());
    }
    Map<String, List<Diagnostic>> others = new TreeMap<>();
    PolicyOutcome.unattached(compilation, outcomes)
        .forEach(finding ->
            others.computeIfAbsent(finding.span().file(), _ -> new ArrayList<>()).add(finding));
    others.forEach((file, findings) -> made.add("beside the policies", file, findings));
    if (exit != ExitCode.CLEAN && exit != ExitCode.FINDINGS) {
      made.cases.add(
          new TestCase("result", "sluice", new Outcome.Broken(exit.meaning()), List.of()));
    }
    return made.cases;
  }

  private void add(String name, String file, List<Diagnostic> findings) {
    List<Diagnostic> bad = findings.stream().filter(failOn::isReachedBy).toList();
    List<String> remarks =
        findings.stream()
            .filter(f -> !failOn.isReachedBy(f))
            .flatMap(f -> lines(f).stream())
            .toList();
    Outcome outcome =
        bad.isEmpty()
            ? new Outcome.Passed()
            : new Outcome.Failed(
                bad.getFirst().code().id(),
                bad.getFirst().text().message(),
                bad.stream().flatMap(f -> lines(f).stream()).toList());
    cases.add(new TestCase(name, file, outcome, remarks));
  }

  private static List<String> lines(Diagnostic finding) {
    var lines = new ArrayList<>(List.of(FindingLines.line(finding)));
    FindingLines.below(finding).forEach(line -> lines.add("  " + line));
    return lines;
  }
}
