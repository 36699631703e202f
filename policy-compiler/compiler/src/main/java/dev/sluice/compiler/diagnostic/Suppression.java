package dev.sluice.compiler.diagnostic;

import java.util.Locale;

/// Why a finding does not count: who accepted it, and the reason given.
public record Suppression(By by, String reason) {

  /// Where a finding was accepted.
  public enum By {
    /// An annotation of the object.
    ANNOTATION,
    /// A path in the mesh settings.
    SETTINGS,
    /// A baseline of findings that were there before.
    BASELINE;

    /// The word used in every output format.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
