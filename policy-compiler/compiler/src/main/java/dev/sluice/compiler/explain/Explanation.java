package dev.sluice.compiler.explain;

import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.walk.Outcome;
import java.util.List;
import java.util.Optional;

/// The answer to a case with its reasons.
///
/// `rules` are those of the journey that is shown, the first of the outcome; `nearestMiss` is
/// present when that journey ends with a refusal and something would flip it.
public record Explanation(
    Case asked, Outcome outcome, List<RuleTrace> rules, Optional<NearestMiss> nearestMiss) {
  public Explanation {
    rules = List.copyOf(rules);
  }
}
