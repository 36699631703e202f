package dev.sluice.compiler.review;

import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.place.Placement;
import java.util.ArrayList;
import java.util.List;

/// Reports what only shows when policies are read together and beside the topology.
public final class Reviewer {

  private Reviewer() {}

  /// Reviews a placed mesh. Policies on trial decide nothing and are left out.
  ///
  /// Pure and deterministic; nearly linear in the number of policies.
  public static void review(PlacedMesh placed, Diagnostics problems) {
    var implication = new Implication();
    var witnesses = new Witnesses(placed.mesh());
    var contradictions = new Contradictions(implication, problems);
    List<ReviewedRule> alive =
        rules(placed).stream().filter(rule -> !contradictions.report(rule)).toList();
    new Redundancies(implication, new ScopeOrder(placed.mesh()), witnesses, problems).report(alive);
    var overview = Overview.of(placed);
    new DefaultDenies(overview, implication, witnesses, problems).report();
    new PlaintextHoles(overview, implication, problems).report();
    new UpstreamCuts(overview, implication, problems).report();
    var monitoring = new Monitoring(overview, implication, problems);
    monitoring.reportScrapes();
    monitoring.reportProbeRules();
    new EntryPaths(overview, witnesses, problems).report();
  }

  private static List<ReviewedRule> rules(PlacedMesh placed) {
    var rules = new ArrayList<ReviewedRule>();
    for (Placement placement : placed.placements()) {
      if (placement.policy() instanceof Authorization policy && !placement.isOnTrial()) {
        policy.rules().forEach(rule -> rules.add(new ReviewedRule(policy, rule, rules.size())));
      }
    }
    return rules;
  }
}
