package dev.sluice.cli.report;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.place.Placement;
import dev.sluice.compiler.syntax.Metadata;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What became of one policy.
sealed interface PolicyOutcome {

  Metadata metadata();

  /// The findings about it.
  List<Diagnostic> findings();

  /// It is enforced as its placement says.
  record Placed(Placement placement, List<Diagnostic> findings) implements PolicyOutcome {
    @Override
    public Metadata metadata() {
      return placement.policy().syntax().metadata();
    }
  }

  /// An error stands, so it is not enforced anywhere.
  record Refused(Metadata metadata, List<Diagnostic> findings) implements PolicyOutcome {}

  /// One outcome per policy of the tree, in file order.
  static List<PolicyOutcome> of(Compilation compilation) {
    List<PolicyOutcome> outcomes = new ArrayList<>();
    for (Placement placement : compilation.placements()) {
      Metadata metadata = placement.policy().syntax().metadata();
      List<Diagnostic> about = about(metadata, compilation.findings());
      outcomes.add(
          about.stream().anyMatch(PolicyOutcome::stops)
              ? new Refused(metadata, about)
              : new Placed(placement, about));
    }
    for (Metadata metadata : compilation.refused()) {
      outcomes.add(new Refused(metadata, about(metadata, compilation.findings())));
    }
    outcomes.sort(Comparator.comparing(outcome -> outcome.metadata().span()));
    return outcomes;
  }

  /// The findings that concern none of the policies.
  static List<Diagnostic> unattached(Compilation compilation, List<PolicyOutcome> outcomes) {
    Set<Diagnostic> attached = new HashSet<>();
    outcomes.forEach(outcome -> attached.addAll(outcome.findings()));
    return compilation.findings().stream().filter(f -> !attached.contains(f)).toList();
  }

  private static List<Diagnostic> about(Metadata metadata, List<Diagnostic> findings) {
    return findings.stream()
        .filter(finding ->
            metadata.resource().equals(finding.resource())
                || (finding.resource() == null && covers(metadata, finding)))
        .toList();
  }

  private static boolean covers(Metadata metadata, Diagnostic finding) {
    return metadata.span().file().equals(finding.span().file())
        && metadata.span().line() <= finding.span().line()
        && finding.span().line() < Math.max(metadata.span().endLine(), metadata.span().line() + 1);
  }

  private static boolean stops(Diagnostic finding) {
    return finding.severity() == Severity.ERROR && finding.suppressed() == null;
  }
}
