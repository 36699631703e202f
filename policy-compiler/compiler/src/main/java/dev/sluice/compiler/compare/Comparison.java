package dev.sluice.compiler.compare;

import java.util.List;

/// Everything in which two revisions differ.
///
/// `undecided` is what could not be compared; about that nothing is said in `changes`.
public record Comparison(List<Change> changes, List<Undecided> undecided) {

  public Comparison {
    changes = List.copyOf(changes);
    undecided = List.copyOf(undecided);
  }

  /// A way about which there is no answer, and why.
  public record Undecided(String to, String reason) {}

  /// Whether somebody gains access.
  public boolean isWidening() {
    return changes.stream().anyMatch(change -> change.kind() == Change.Kind.WIDENING);
  }
}
