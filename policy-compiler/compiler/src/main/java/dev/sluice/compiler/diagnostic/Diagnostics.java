package dev.sluice.compiler.diagnostic;

import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.source.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Collects the findings of all stages. Confined to the thread that compiles.
public final class Diagnostics {

  private final List<Diagnostic> findings = new ArrayList<>();

  public void add(Diagnostic finding) {
    findings.add(finding);
  }

  /// Adds all findings of another collector, after the ones already here.
  public void addAll(Diagnostics others) {
    findings.addAll(others.findings);
  }

  /// All findings in the order in which they were reported.
  public List<Diagnostic> all() {
    return List.copyOf(findings);
  }

  /// Whether nothing was reported.
  public boolean isEmpty() {
    return findings.isEmpty();
  }

  /// The codes of all findings.
  public Set<Code> codes() {
    Set<Code> codes = EnumSet.noneOf(Code.class);
    findings.forEach(finding -> codes.add(finding.code()));
    return codes;
  }

  /// Reports a finding about a resource.
  public void report(Code code, Span span, @Nullable ResourceRef resource, Text text) {
    findings.add(Diagnostic.of(code, span, resource, text));
  }

  /// Replaces every finding by what `change` makes of it.
  public void replaceAll(UnaryOperator<Diagnostic> change) {
    findings.replaceAll(change);
  }

  /// Whether any finding has this code, suppressed or not.
  public boolean has(Code code) {
    return findings.stream().anyMatch(finding -> finding.code() == code);
  }

  /// Whether any unsuppressed error was reported.
  public boolean hasErrors() {
    return findings.stream()
        .anyMatch(f -> f.severity() == Severity.ERROR && f.suppressed() == null);
  }

  /// The objects that an error was reported about.
  public Set<ResourceRef> resourcesWithErrors() {
    return findings.stream()
        .filter(f -> f.severity() == Severity.ERROR)
        .map(Diagnostic::resource)
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  /// All findings by file, line, column, code and message, whatever the order of the reports.
  public List<Diagnostic> sorted() {
    if (findings.isEmpty()) {
      return List.of();
    }
    return findings.stream()
        .sorted(
            Comparator.comparing(Diagnostic::span)
                .thenComparing(finding -> finding.code().id())
                .thenComparing(finding -> finding.text().message()))
        .distinct()
        .toList();
  }
}
