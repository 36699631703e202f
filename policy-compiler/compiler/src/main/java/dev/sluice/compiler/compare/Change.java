package dev.sluice.compiler.compare;

import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.engine.policy.PolicyId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One difference between two revisions.
///
/// `from`, `to` and `operations` (alternatives) are words for people. `witness` is one request
/// among those that changed, with what both revisions decide; a neutral change has none.
public record Change(
    Kind kind,
    String from,
    String to,
    List<String> operations,
    Optional<Witness> witness,
    List<Because> because) {

  public Change {
    operations = List.copyOf(operations);
    because = List.copyOf(because);
  }

  /// All operations in one line.
  public String operation() {
    return String.join("; or ", operations).replace("; or …", "; …");
  }

  /// What a change does to access.
  public enum Kind {
    /// Somebody may do what was refused before.
    WIDENING,
    /// Somebody may no longer do what was allowed before.
    NARROWING,
    /// Nobody gains or loses access.
    NEUTRAL;

    /// The word in every output format.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// A request and what becomes of it in both revisions.
  public record Witness(Case request, Ruling before, Ruling after) {}

  /// What becomes of one request: by which rule (zero-based), where one decided, and at which
  /// proxy; `reason` is a stable snake_case word.
  public record Ruling(
      Decision decision, Optional<PolicyId> by, Optional<Integer> rule, String at, String reason) {}

  /// Which of the two revisions something is in.
  public enum Side {
    OLD,
    NEW;

    /// The word in every output format.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What brought a change about, the policy it is about, and where it stands; a bundle has no
  /// places.
  public record Because(String text, Side side, Optional<PolicyId> policy, Optional<Span> span) {}
}
