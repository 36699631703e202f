package dev.sluice.cli.format;

import java.util.List;

/// One case of a test report: what was judged, where it stands, how it ended, and remarks that do
/// not make it fail.
public record TestCase(String name, String group, Outcome outcome, List<String> remarks) {
  public TestCase {
    remarks = List.copyOf(remarks);
  }

  /// How a case ended.
  public sealed interface Outcome {
    /// Nothing to object to.
    record Passed() implements Outcome {}

    /// It was judged and failed; `kind` is a code, `lines` say all about it.
    record Failed(String kind, String message, List<String> lines) implements Outcome {
      public Failed {
        lines = List.copyOf(lines);
      }
    }

    /// It could not be judged.
    record Broken(String message) implements Outcome {}
  }
}
