package dev.sluice.compiler.explain;

import dev.sluice.compiler.source.Span;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Evaluation.Truth;
import dev.sluice.engine.policy.PolicyId;
import java.util.List;
import java.util.Optional;

/// What became of one rule at one proxy: whether it matched, and if not, the first condition that
/// did not hold.
///
/// `hop` and `rule` count from zero; `span` is where the rule stands.
public record RuleTrace(
    int hop,
    PolicyId policy,
    Action action,
    int rule,
    Truth matched,
    Optional<Failed> firstFailed,
    Optional<Span> span) {

  /// A condition that did not hold: the field, what it wants or excludes, and what the proxy saw
  /// there (empty: nothing).
  public record Failed(Need need, String field, List<String> values, String seen, Span span) {
    public Failed {
      values = List.copyOf(values);
    }

    /// In one sentence.
    public String text() {
      String listed = "`" + String.join("`, `", values) + "`";
      return switch (need) {
        case WANTED ->
            "`"
                + field
                + "` wants "
                + listed
                + ", and there is "
                + (seen.isEmpty() ? "none" : "`" + seen + "`");
        case EXCLUDED ->
            "`"
                + field
                + "` excludes "
                + listed
                + ", and there is "
                + (seen.isEmpty() ? "none" : "`" + seen + "`");
        case HTTP -> "`" + field + "` needs HTTP, which ztunnel does not read";
      };
    }
  }

  /// Why a condition did not hold.
  public enum Need {
    /// None of its values is there.
    WANTED,
    /// One of its values is there.
    EXCLUDED,
    /// Nobody could know.
    HTTP
  }
}
