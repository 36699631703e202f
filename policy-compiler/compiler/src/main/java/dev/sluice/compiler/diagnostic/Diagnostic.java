package dev.sluice.compiler.diagnostic;

import dev.sluice.compiler.source.Span;
import org.jspecify.annotations.Nullable;

/// One finding: what is wrong, where, why it matters and what to do.
///
/// `message` is one sentence without period, lower-case start, input in backticks; `why` and `help`
/// may be empty. `suppressed` holds the author's reason when the finding is suppressed.
public record Diagnostic(
    Code code,
    Severity severity,
    Span span,
    @Nullable ResourceRef resource,
    Text text,
    @Nullable String suppressed) {

  /// The words of a finding.
  public record Text(String message, String why, String help) {}

  public static Diagnostic of(Code code, Span span, @Nullable ResourceRef resource, Text text) {
    return new Diagnostic(code, code.severity(), span, resource, text, null);
  }

  public Diagnostic suppressedBecause(String reason) {
    return new Diagnostic(code, severity, span, resource, text, reason);
  }
}
