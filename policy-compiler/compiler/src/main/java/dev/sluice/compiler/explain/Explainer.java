package dev.sluice.compiler.explain;

import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.walk.Journey;
import dev.sluice.compiler.walk.Outcome;
import dev.sluice.compiler.walk.Walk;
import dev.sluice.engine.shard.PolicyShard;
import java.util.List;
import java.util.Optional;

/// Explains the answers to cases about one compiled mesh.
public final class Explainer {

  private final Walk walk;
  private final RuleTracer tracer;
  private final RequestSearch requests;
  private final PolicySearch policies;

  private Explainer(PlacedMesh placed, List<PolicyShard> shards) {
    this.walk = Walk.of(placed, shards);
    this.tracer = new RuleTracer(placed.mesh());
    this.requests = new RequestSearch(walk, tracer, placed.mesh());
    this.policies = new PolicySearch(placed, shards, tracer);
  }

  /// An explainer of a mesh that compiled: `shards` are all that came out of it.
  public static Explainer of(PlacedMesh placed, List<PolicyShard> shards) {
    return new Explainer(placed, shards);
  }

  /// The answer to a case, and why.
  public Explanation explain(Case asked) {
    Outcome outcome = walk.answer(asked);
    return switch (outcome) {
      case Outcome.Unanswerable _ -> new Explanation(asked, outcome, List.of(), Optional.empty());
      case Outcome.Divided(var journeys) -> explain(asked, outcome, journeys.getFirst());
      case Outcome.Answered answered -> explain(asked, outcome, answered.journey());
    };
  }

  private Explanation explain(Case asked, Outcome outcome, Journey journey) {
    Optional<NearestMiss> miss =
        journey.decision() == Decision.ALLOW
            ? Optional.empty()
            : Optional.of(
                    new NearestMiss(
                        requests.nearest(asked, journey), policies.nearest(asked, journey)))
                .filter(found -> !found.isEmpty());
    return new Explanation(asked, outcome, tracer.trace(journey), miss);
  }
}
