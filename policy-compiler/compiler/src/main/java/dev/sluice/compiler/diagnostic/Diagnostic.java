package dev.sluice.compiler.diagnostic;

import dev.sluice.compiler.source.Span;
import org.jspecify.annotations.Nullable;

/// One finding: what is wrong, where, why it matters and what to do.
///
/// `message` is one sentence without period, lower-case start, input in backticks; `why` and `help`
/// may be empty. `suppressed` says why the finding does not count, if so.
public record Diagnostic(
    Code code,
    Severity severity,
    Span span,
    @Nullable ResourceRef resource,
    Text text,
    @Nullable Suppression suppressed) {

  /// The words of a finding; `witness` is a concrete request where access is at stake.
  public record Text(String message, String why, String help, @Nullable Witness witness) {

    /// Words without a witness.
    public Text(String message, String why, String help) {
      this(message, why, help, null);
    }

    /// The same words with a request that shows what they mean.
    public Text shownBy(Witness shown) {
      return new Text(message, why, help, shown);
    }
  }

  public static Diagnostic of(Code code, Span span, @Nullable ResourceRef resource, Text text) {
    return new Diagnostic(code, code.severity(), span, resource, text, null);
  }

  /// The same finding as an error, which nobody can accept.
  public Diagnostic asError() {
    return new Diagnostic(code, Severity.ERROR, span, resource, text, null);
  }

  /// The same finding, which does not count.
  public Diagnostic suppressedBy(Suppression suppression) {
    return new Diagnostic(code, severity, span, resource, text, suppression);
  }
}
