package dev.sluice.compiler.space;

/// What came of a question about a space: an exact answer, or none because it would take too much
/// work.
public sealed interface Answer<T> {

  /// Holds for every connection and request there can be.
  record Exact<T>(T value) implements Answer<T> {}

  /// Not known; `reason` says which bound was reached.
  record Undecided<T>(String reason) implements Answer<T> {}
}
