package dev.sluice.compiler.explain;

import dev.sluice.compiler.explain.NearestMiss.Change;
import dev.sluice.compiler.explain.NearestMiss.OfRequest;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.walk.Journey;
import dev.sluice.compiler.walk.Outcome;
import dev.sluice.compiler.walk.Walk;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Searches for the smallest change of a refused request that gets it allowed: one attribute, then
/// two.
final class RequestSearch {

  /// Decisions that one search may take: well below a second.
  private static final int BUDGET = 20_000;

  private final Walk walk;
  private final RuleTracer tracer;
  private final LinkedMesh mesh;

  RequestSearch(Walk walk, RuleTracer tracer, LinkedMesh mesh) {
    this.walk = walk;
    this.tracer = tracer;
    this.mesh = mesh;
  }

  Optional<OfRequest> nearest(Case asked, Journey journey) {
    List<Candidate> singles = Candidates.of(mesh, tracer, asked, journey);
    for (Candidate single : singles) {
      Optional<OfRequest> found = attempt(asked, List.of(single));
      if (found.isPresent()) {
        return found;
      }
    }
    Optional<OfRequest> redirected = redirected(asked, singles);
    return redirected.isPresent() ? redirected : pairs(asked, singles);
  }

  /// Addressed to something else, a request meets other rules: their values count too.
  private Optional<OfRequest> redirected(Case asked, List<Candidate> singles) {
    for (Candidate first : singles) {
      if (first.rank() == Candidate.Rank.TARGET) {
        Case elsewhere = first.apply().apply(asked);
        if (walk.answer(elsewhere) instanceof Outcome.Answered answered) {
          for (Candidate second : Candidates.of(mesh, tracer, elsewhere, answered.journey())) {
            Optional<OfRequest> found =
                second.rank() == Candidate.Rank.TARGET
                    ? Optional.empty()
                    : attempt(asked, List.of(first, second));
            if (found.isPresent()) {
              return found;
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  private Optional<OfRequest> pairs(Case asked, List<Candidate> singles) {
    var pairs = new ArrayList<List<Candidate>>();
    for (int i = 0; i < singles.size(); i++) {
      for (int j = i + 1; j < singles.size(); j++) {
        Candidate first = singles.get(i);
        Candidate second = singles.get(j);
        if (!first.change().attribute().equals(second.change().attribute())) {
          pairs.add(List.of(first, second));
        }
      }
    }
    pairs.sort(
        Comparator.comparingInt((List<Candidate> pair) ->
                pair.getFirst().rank().effort() + pair.getLast().rank().effort())
            .thenComparingInt(pair -> pair.getFirst().distance() + pair.getLast().distance()));
    return pairs.stream()
        .limit(BUDGET)
        .map(pair -> attempt(asked, pair))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<OfRequest> attempt(Case asked, List<Candidate> candidates) {
    Case changed = asked;
    for (Candidate candidate : candidates) {
      changed = candidate.apply().apply(changed);
    }
    if (walk.answer(changed) instanceof Outcome.Answered answered
        && answered.decision() == Decision.ALLOW) {
      List<Change> changes = candidates.stream().map(Candidate::change).toList();
      return Optional.of(new OfRequest(changes, changed, answered.journey()));
    }
    return Optional.empty();
  }
}
