package dev.sluice.compiler.traffic;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.link.Waypoint;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.walk.Journey;
import dev.sluice.compiler.walk.Journey.Ending;
import dev.sluice.compiler.walk.Outcome;
import dev.sluice.compiler.walk.Walk;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Verdict.Cause;
import dev.sluice.engine.shard.PolicyShard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Decides recorded requests by one compiled tree, for every value of what the log leaves out.
public final class Judge {

  private final Walk walk;
  private final LinkedMesh mesh;

  private Judge(Walk walk, LinkedMesh mesh) {
    this.walk = walk;
    this.mesh = mesh;
  }

  /// A judge by a mesh that compiled: `shards` are all that came out of it.
  public static Judge of(PlacedMesh placed, List<PolicyShard> shards) {
    return new Judge(Walk.of(placed, shards), placed.mesh());
  }

  /// Identities whose connections carry requests that others sent.
  Set<SpiffeId> waypoints() {
    return mesh.waypoints().stream().map(Waypoint::identity).collect(Collectors.toSet());
  }

  /// `before`, if given, judged by the policies of the time of the log: requests on which it
  /// disagrees with what is recorded did not happen.
  Judged judge(Recorded recorded, Optional<Judge> before) {
    if (before.isPresent() && isNewlyBehindWaypoint(recorded, before.get())) {
      return new Judged.Open(
          "it would be sent to a waypoint, which judges requests that ztunnel did not log");
    }
    List<Journey> plain = new ArrayList<>();
    switch (walk.answer(recorded.asked())) {
      case Outcome.Unanswerable(var why, var message, var _) -> {
        return switch (why) {
          case OPEN_ADDRESS -> new Judged.NeedsAddress();
          case UNKNOWN_NAME -> new Judged.Unknown(message);
        };
      }
      case Outcome.Answered answered -> plain.addAll(answered.journeys());
      case Outcome.Divided(var journeys) -> plain.addAll(journeys);
    }
    var unseen = Unseen.on(plain, mesh);
    before.ifPresent(judge -> unseen.addAll(judge.unseen(recorded)));
    List<Case> variants =
        unseen.variants(recorded.asked(), recorded.was().reason()).stream()
            .filter(variant -> before.isEmpty() || before.get().agrees(variant, recorded))
            .toList();
    return decide(recorded, variants, unseen);
  }

  private Judged decide(Recorded recorded, List<Case> variants, Unseen unseen) {
    if (variants.isEmpty()) {
      return new Judged.Open("the recorded decision fits no request that the log could mean");
    }
    Journey first = null;
    for (Case variant : variants) {
      for (Journey journey : journeys(variant, recorded.workload())) {
        if (first != null && first.decision() != journey.decision()) {
          return new Judged.Open(
              unseen.names().isEmpty()
                  ? "chance decides between backends"
                  : "it depends on "
                      + String.join(" and ", unseen.names())
                      + ", which the log does not have");
        }
        first = first == null ? journey : first;
      }
    }
    return first == null ? new Judged.NeedsAddress() : new Judged.Decided(first.decision(), first);
  }

  /// Whether what was sent to a pod by way of its Service would now take a waypoint.
  private boolean isNewlyBehindWaypoint(Recorded recorded, Judge before) {
    return recorded.asked().to() instanceof Target.OfWorkload target
        && isBehindWaypoint(target)
        && !before.isBehindWaypoint(target);
  }

  private boolean isBehindWaypoint(Target.OfWorkload target) {
    return mesh.workloads().stream()
        .filter(w -> w.syntax().metadata().namespace().equals(target.namespace()))
        .filter(w -> w.syntax().metadata().name().equals(target.name()))
        .anyMatch(LinkedWorkload::isBehindWaypoint);
  }

  private Unseen unseen(Recorded recorded) {
    return Unseen.on(journeys(recorded.asked(), ""), mesh);
  }

  /// Where a log says which workload it was, other ways were not taken.
  private List<Journey> journeys(Case asked, String workload) {
    List<Journey> all =
        switch (walk.answer(asked)) {
          case Outcome.Unanswerable _ -> List.of();
          case Outcome.Answered answered -> answered.journeys();
          case Outcome.Divided(var journeys) -> journeys;
        };
    List<Journey> there = all.stream().filter(journey -> endsAt(journey, workload)).toList();
    return there.isEmpty() ? all : there;
  }

  private static boolean endsAt(Journey journey, String workload) {
    return !workload.isEmpty()
        && journey.ending() instanceof Ending.Delivered(var workloads, int _)
        && workloads.stream().anyMatch(one -> one.endsWith(" " + workload));
  }

  /// The same with the names of workloads in place of those of pods, so that pods do not make
  /// requests differ.
  Recorded named(Recorded recorded) {
    Case asked = recorded.asked();
    Target to =
        switch (asked.to()) {
          case Target.OfService service -> service;
          case Target.OfWorkload(var namespace, var name, int port, var address) ->
              new Target.OfWorkload(
                  namespace, walk.workload(namespace, name).orElse(name), port, address);
        };
    int slash = recorded.workload().indexOf('/');
    String workload =
        slash < 0
            ? ""
            : recorded.workload().substring(0, slash + 1)
                + walk.workload(
                        recorded.workload().substring(0, slash),
                        recorded.workload().substring(slash + 1))
                    .orElse(recorded.workload().substring(slash + 1));
    return new Recorded(new Case(asked.from(), to, asked.http()), recorded.was(), workload);
  }

  /// Whether a request would have been decided as recorded, by the same policy and rule where they
  /// are.
  private boolean agrees(Case variant, Recorded recorded) {
    Recorded.Was was = recorded.was();
    return journeys(variant, recorded.workload()).stream()
        .anyMatch(journey ->
            journey.decision() == was.decision() && (was.reason().isEmpty() || isBy(journey, was)));
  }

  private static boolean isBy(Journey journey, Recorded.Was was) {
    return journey
        .decisive()
        .map(hop -> hop.verdict().cause())
        .filter(cause -> cause.code().equals(was.reason()))
        .filter(cause -> was.policy().isEmpty() || was.policy().equals(policy(cause)))
        .filter(cause ->
            was.rule() < 0
                || !(cause instanceof Cause.ByRule(var _, int rule))
                || rule == was.rule())
        .isPresent();
  }

  private static String policy(Cause cause) {
    PolicyId policy = cause.policy();
    return policy == null ? "" : policy.toString();
  }
}
