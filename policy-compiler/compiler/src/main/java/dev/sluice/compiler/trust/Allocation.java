package dev.sluice.compiler.trust;

/// What came of taking the next number for a bundle.
public sealed interface Allocation {
  /// A number nobody else has.
  record Taken(long epoch, long sequence) implements Allocation {}

  /// The counter cannot be used.
  record Unusable(Problem problem) implements Allocation {}
}
