package dev.sluice.compiler.review;

import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.review.Overview.Group;
import dev.sluice.engine.policy.PolicyId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What one namespace, or several together, contribute to findings about policies: findings about a
/// wide policy are made of what all namespaces say about it.
final class Share {

  final Ledger<Authorization, DefaultDenies.Closed> closed = new Ledger<>();
  final Ledger<Authorization, DefaultDenies.Closed> monitored = new Ledger<>();
  final Ledger<Authorization, PlaintextHoles.Hole> holes = new Ledger<>();
  final Ledger<Authorization, UpstreamCuts.Cut> cuts = new Ledger<>();
  final Ledger<LinkedPolicy, Monitoring.Refusal> scrapes = new Ledger<>();
  final List<Group> cutByMesh = new ArrayList<>();

  /// Moves what another share says about some policies here.
  void takeFrom(Share other, Set<PolicyId> policies) {
    closed.takeFrom(other.closed, policies);
    monitored.takeFrom(other.monitored, policies);
    holes.takeFrom(other.holes, policies);
    cuts.takeFrom(other.cuts, policies);
    scrapes.takeFrom(other.scrapes, policies);
    cutByMesh.addAll(other.cutByMesh);
    other.cutByMesh.clear();
  }

  /// Adds another share, which stays as it is.
  void addAll(Share other) {
    closed.addAll(other.closed);
    monitored.addAll(other.monitored);
    holes.addAll(other.holes);
    cuts.addAll(other.cuts);
    scrapes.addAll(other.scrapes);
    cutByMesh.addAll(other.cutByMesh);
  }
}
