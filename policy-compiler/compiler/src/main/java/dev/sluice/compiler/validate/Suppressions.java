package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Diagnostics;

/// The findings that authors accepted with `sluice.dev/ignore.<CODE>: "reason"` annotations.
///
/// Only warnings can be accepted; the finding stays visible with the reason and does not count.
public final class Suppressions {

  private Suppressions() {}

  /// Marks accepted findings; to be called once, after the last stage.
  public static void apply(Validated validated, Diagnostics diagnostics) {}
}
