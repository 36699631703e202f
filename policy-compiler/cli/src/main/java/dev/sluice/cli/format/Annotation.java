package dev.sluice.cli.format;

import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.source.Span;
import java.util.List;
import java.util.Optional;

/// A remark that a CI system shows beside the line it is about; without a place it is shown with
/// the run. `lines` is its text, the first line being the message.
public record Annotation(
    Severity severity, Optional<Span> place, String title, List<String> lines) {
  public Annotation {
    lines = List.copyOf(lines);
  }
}
