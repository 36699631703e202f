package dev.sluice.compiler.review;

import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.place.District;
import dev.sluice.compiler.place.District.Ranked;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the review of every namespace rests on: the policies that reach further than one, and names
/// of the mesh.
///
/// Immutable once made; shared between the threads that review.
final class Everywhere {

  private final LinkedMesh mesh;
  private final List<Ranked> placements;
  private final Set<PolicyId> policies = new HashSet<>();
  private final List<Authorization> meshWideAllows = new ArrayList<>();
  private final Filing filing;
  private final RouteTraffic routes;
  private final Witnesses witnesses;
  private final List<LinkedWorkload> scrapers;
  private final Redundancies redundancies;
  private final Diagnostics findings = new Diagnostics();

  /// Reviews the wide policies among each other; `last` is what it was for the mesh before.
  Everywhere(LinkedMesh mesh, List<Ranked> placements, @Nullable Everywhere last) {
    this.mesh = mesh;
    boolean sameTopology = last != null && mesh.sharesTopologyWith(last.mesh);
    this.placements = placements;
    filing = Filing.ofWide(mesh, placements);
    routes = RouteTraffic.ofWide(placements);
    witnesses = last != null && sameTopology ? last.witnesses : new Witnesses(mesh);
    scrapers = last != null && sameTopology ? last.scrapers : Monitoring.scrapers(mesh);
    for (Ranked ranked : placements) {
      policies.add(ranked.placement().policy().id());
      if (ranked.placement().policy() instanceof Authorization policy
          && !ranked.placement().isOnTrial()
          && policy.scope() instanceof Scope.Mesh
          && policy.action() == Action.ALLOW) {
        meshWideAllows.add(policy);
      }
    }
    var implication = new Implication();
    redundancies = Redundancies.ofWide(new ScopeOrder(mesh), implication, findings);
    redundancies.report(alive(placements, implication, findings));
  }

  /// The rules of policies that can match at all; the others are reported. Policies on trial decide
  /// nothing and are left out.
  static List<ReviewedRule> alive(
      List<Ranked> placements, Implication implication, Diagnostics problems) {
    var contradictions = new Contradictions(implication, problems);
    var alive = new ArrayList<ReviewedRule>();
    for (Ranked ranked : placements) {
      if (ranked.placement().policy() instanceof Authorization policy
          && !ranked.placement().isOnTrial()) {
        for (var rule : policy.rules()) {
          var reviewed = new ReviewedRule(policy, rule, ranked.rank());
          if (!contradictions.report(reviewed)) {
            alive.add(reviewed);
          }
        }
      }
    }
    return alive;
  }

  /// Whether reviewing any namespace beside this gives what it gave beside another.
  boolean isLike(Everywhere other) {
    return placements.equals(other.placements)
        && scrapers.equals(other.scrapers)
        && witnesses.known().equals(other.witnesses.known())
        && mesh.settings().equals(other.mesh.settings());
  }

  Overview overview(District district) {
    return new Overview(mesh, filing, district);
  }

  /// The ALLOW policies that apply to every workload.
  List<Authorization> meshWideAllows() {
    return meshWideAllows;
  }

  /// The names of the wide policies.
  Set<PolicyId> policies() {
    return policies;
  }

  RouteTraffic routes() {
    return routes;
  }

  Witnesses witnesses() {
    return witnesses;
  }

  List<LinkedWorkload> scrapers() {
    return scrapers;
  }

  Redundancies redundancies() {
    return redundancies;
  }

  /// What the wide policies are found to do among each other.
  List<Diagnostic> findings() {
    return findings.all();
  }
}
