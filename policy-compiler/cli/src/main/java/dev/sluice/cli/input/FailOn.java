package dev.sluice.cli.input;

import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Severity;
import java.util.Locale;

/// From which severity on a finding makes a command fail; reads as its lower-case name.
public enum FailOn {
  ERROR,
  WARNING,
  NEVER;

  /// Whether the finding is bad enough; suppressed ones never are.
  public boolean isReachedBy(Diagnostic finding) {
    if (finding.suppressed() != null) {
      return false;
    }
    return switch (this) {
      case ERROR -> finding.severity() == Severity.ERROR;
      case WARNING -> finding.severity() != Severity.NOTE;
      case NEVER -> false;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
