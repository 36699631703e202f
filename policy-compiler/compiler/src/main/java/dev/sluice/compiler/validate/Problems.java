package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.ResourceRef;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.source.Span;
import java.util.HashSet;
import java.util.Set;

/// The findings about one object, and whether any of them is an error.
final class Problems {

  private final Diagnostics diagnostics;
  private final ResourceRef resource;
  private final Set<String> reported = new HashSet<>();
  private boolean failed;

  Problems(Diagnostics diagnostics, ResourceRef resource) {
    this.diagnostics = diagnostics;
    this.resource = resource;
  }

  /// Reports a finding with its reason and what to do.
  void report(Code code, Span span, Text text) {
    failed |= code.severity() == Severity.ERROR;
    reported.add(code.id());
    diagnostics.report(code, span, resource, text);
  }

  /// Whether a finding with this code was reported.
  boolean hasReported(String code) {
    return reported.contains(code);
  }

  void markFailed() {
    failed = true;
  }

  boolean hasFailed() {
    return failed;
  }

  ResourceRef resource() {
    return resource;
  }

  Diagnostics diagnostics() {
    return diagnostics;
  }
}
