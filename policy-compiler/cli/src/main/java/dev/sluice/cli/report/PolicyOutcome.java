package dev.sluice.cli.report;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.ResourceRef;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.place.Placement;
import dev.sluice.compiler.syntax.Metadata;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  /// Topology is missing, so nobody can tell whether it is enforced; `placement` is what is known.
  record Unknown(Placement placement, List<Diagnostic> findings) implements PolicyOutcome {
    @Override
    public Metadata metadata() {
      return placement.policy().syntax().metadata();
    }
  }

  /// An error stands, so it is not enforced anywhere.
  record Refused(Metadata metadata, List<Diagnostic> findings) implements PolicyOutcome {}

  /// One outcome per policy of the tree, in file order.
  static List<PolicyOutcome> of(Compilation compilation) {
    List<Metadata> all =
        Stream.concat(
                compilation.placements().stream()
                    .map(placement -> placement.policy().syntax().metadata()),
                compilation.refused().stream())
            .toList();
    var concerning = new Concerning(all, compilation.findings());
    List<PolicyOutcome> outcomes = new ArrayList<>();
    for (Placement placement : compilation.placements()) {
      Metadata metadata = placement.policy().syntax().metadata();
      List<Diagnostic> about = concerning.policy(metadata);
      if (about.stream().anyMatch(PolicyOutcome::stops)) {
        outcomes.add(new Refused(metadata, about));
      } else if (about.stream().anyMatch(finding -> finding.code().isUnknownVerdict())) {
        outcomes.add(new Unknown(placement, about));
      } else {
        outcomes.add(new Placed(placement, about));
      }
    }
    for (Metadata metadata : compilation.refused()) {
      outcomes.add(new Refused(metadata, concerning.policy(metadata)));
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

  /// Finds what concerns a policy: what names it and, where several documents define the same
  /// object, stands in its own document or in none of them.
  record Concerning(Map<ResourceRef, List<Metadata>> policies, List<Diagnostic> findings) {

    Concerning(List<Metadata> policies, List<Diagnostic> findings) {
      this(policies.stream().collect(Collectors.groupingBy(Metadata::resource)), findings);
    }

    List<Diagnostic> policy(Metadata policy) {
      return findings.stream().filter(finding -> concerns(policy, finding)).toList();
    }

    private boolean concerns(Metadata policy, Diagnostic finding) {
      if (finding.resource() == null) {
        return covers(policy, finding);
      }
      return policy.resource().equals(finding.resource())
          && definedAt(policies.getOrDefault(policy.resource(), List.of()), finding)
              .map(policy::equals)
              .orElse(true);
    }

    /// The definition that a finding stands in: the last one of its file that starts before it.
    private static Optional<Metadata> definedAt(List<Metadata> definitions, Diagnostic finding) {
      return definitions.stream()
          .filter(one -> one.span().file().equals(finding.span().file()))
          .filter(one -> one.span().line() <= finding.span().line())
          .max(Comparator.comparing(Metadata::span));
    }
  }

  private static boolean covers(Metadata metadata, Diagnostic finding) {
    return metadata.span().file().equals(finding.span().file())
        && metadata.span().line() <= finding.span().line()
        && finding.span().line() < Math.max(metadata.span().endLine(), metadata.span().line() + 1);
  }

  /// Whether a finding refuses the policy; one that only says that it is unknown never does.
  private static boolean stops(Diagnostic finding) {
    return finding.severity() == Severity.ERROR
        && finding.suppressed() == null
        && !finding.code().isUnknownVerdict();
  }
}
