package dev.sluice.compiler.compare;

import dev.sluice.compiler.compare.Change.Ruling;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.walk.Hop;
import dev.sluice.compiler.walk.Journey;
import dev.sluice.compiler.walk.Outcome;
import dev.sluice.compiler.walk.Walk;
import dev.sluice.engine.policy.Verdict.Cause;
import java.util.Optional;

/// What one revision decides on single requests, by walking its proxies.
final class Rulings {
  private final Walk walk;

  private Rulings(Walk walk) {
    this.walk = walk;
  }

  static Rulings of(MeshRevision revision) {
    return new Rulings(Walk.of(revision.placed(), revision.shards()));
  }

  /// The decision, if there is exactly one.
  Optional<Ruling> on(Case request) {
    return switch (walk.answer(request)) {
      case Outcome.Answered answered -> Optional.of(ruling(answered));
      case Outcome.Divided _, Outcome.Unanswerable _ -> Optional.empty();
    };
  }

  private static Ruling ruling(Outcome.Answered answered) {
    Journey journey = answered.journey();
    Optional<Hop> hop = journey.decisive();
    if (hop.isEmpty()) {
      return new Ruling(
          answered.decision(), Optional.empty(), Optional.empty(), "nobody", "outside_mesh");
    }
    Cause cause = hop.get().verdict().cause();
    Optional<Integer> rule =
        switch (cause) {
          case Cause.ByRule(var _, int index) -> Optional.of(index);
          case Cause.NeedsHttp(var _, int index) -> Optional.of(index);
          case Cause.NoAllowPolicy _,
              Cause.NoAllowMatched _,
              Cause.PlaintextRefused _,
              Cause.JudgedByWaypoint _,
              Cause.GuardRefused _,
              Cause.GuardExempt _,
              Cause.TokenInvalid _,
              Cause.WrongAudience _,
              Cause.NoPolicy _,
              Cause.BindingDrift _ ->
              Optional.empty();
        };
    return new Ruling(
        answered.decision(),
        Optional.ofNullable(cause.policy()),
        rule,
        hop.get().proxy().label(),
        cause.code());
  }
}
