package dev.sluice.compiler.hazard;

import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.link.LinkedPolicy.PeerAuth;
import dev.sluice.compiler.link.LinkedPolicy.RequestAuth;
import dev.sluice.compiler.link.LinkedPolicy.Route;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.place.Placement;
import dev.sluice.engine.shard.PolicyShard;
import java.util.List;

/// Reports what valid policies risk in this mesh.
public final class Hazards {

  private Hazards() {}

  /// Looks at every policy that is enforced. `shards` are what the proxies would load, empty while
  /// an error stands; without them nothing can be walked, and only what is certain from the policy
  /// itself is said.
  public static void check(PlacedMesh placed, List<PolicyShard> shards, Diagnostics problems) {
    var questions = new Questions(placed, shards);
    var plaintext = new PlaintextHazard(placed.mesh(), questions, problems);
    var names = new DenyByName(placed.mesh(), questions, problems);
    var rewrites = new RewrittenPaths(questions, problems);
    for (Placement placement : placed.placements()) {
      if (placement.isOnTrial()) {
        continue;
      }
      switch (placement.policy()) {
        case Authorization policy -> {
          plaintext.check(policy);
          names.check(policy);
        }
        case PeerAuth _, RequestAuth _ -> {}
        case Route route -> rewrites.check(route);
      }
    }
    var witnessed = new Witnessed(placed.mesh(), questions);
    problems.replaceAll(witnessed::show);
  }
}
