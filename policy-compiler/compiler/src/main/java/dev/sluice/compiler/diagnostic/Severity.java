package dev.sluice.compiler.diagnostic;

/// How bad a finding is: an error stops the build of a bundle, a warning does not.
public enum Severity {
  ERROR,
  WARNING,
  NOTE;

  /// The word used in every output format.
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
