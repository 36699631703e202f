package dev.sluice.compiler.equivalence;

import static dev.sluice.compiler.equivalence.Edits.guards;
import static dev.sluice.compiler.equivalence.Edits.peers;
import static dev.sluice.compiler.equivalence.Edits.policies;

import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Guard.Admission;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import dev.sluice.engine.policy.PortSet;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.Scope.Addressed;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Ways in which placement could be wrong, done to what passes between the stages of the compiler.
///
/// The property must fail under each of them; otherwise it does not test that rule.
enum Fault {
  NONE(new Change()),

  NO_GUARD(ztunnel(shard -> guards(shard, guard -> Edits.refusing(guard, PortSet.none())))),
  GUARD_ON_OTHER_PORTS(
      ztunnel(shard -> guards(shard, guard -> Edits.refusing(guard, Edits.next(guard.refuses()))))),
  GUARD_ON_EVERY_PORT(
      ztunnel(shard ->
          guards(
              shard,
              guard ->
                  Edits.refusing(
                      guard, guard.refuses().isEmpty() ? PortSet.none() : PortSet.all())))),
  GUARD_EXEMPTS_EVERYONE(
      ztunnel(shard ->
          guards(shard, guard -> Edits.exempting(guard, List.of(new StringMatch.Present()))))),
  EXEMPTION_LOST(ztunnel(shard -> guards(shard, guard -> Edits.exempting(guard, List.of())))),
  EXEMPTION_OVERRIDES_DENY(
      ztunnel(shard ->
          guards(
              shard,
              guard ->
                  guard.exempt().isEmpty()
                      ? List.of(guard)
                      : Edits.admitting(
                          guard, List.of(new Admission(Edits.PROMETHEUS, guard.refuses())))))),
  WAYPOINT_NOT_ADMITTED(
      ztunnel(shard -> guards(shard, guard -> Edits.admitting(guard, List.of())))),
  WAYPOINTS_OF_ROUTES_NOT_ADMITTED(
      new Change(Edits::withoutRoutedAdmissions, UnaryOperator.identity())),

  CANARY_NOT_ADMITTED(
      ztunnel(shard ->
          guards(
              shard,
              guard ->
                  Edits.admitting(
                      guard,
                      guard.admits().stream()
                          .filter(
                              admission -> !admission.waypoint().serviceAccount().equals("next"))
                          .toList())))),
  CANARY_WITHOUT_POLICIES(
      waypoint(shard ->
          shard.point().contentName().endsWith("/next")
              ? Edits.withPolicies(shard, List.of())
              : shard)),

  DENY_ONLY_AT_WAYPOINT(
      ztunnel(shard -> policies(shard, policy -> policy.action() == Action.ALLOW))),
  ALLOW_ONLY_AT_WAYPOINT(
      ztunnel(shard -> policies(shard, policy -> policy.action() == Action.DENY))),
  DEFAULT_DENY_OF_L7_ALLOW_LOST(
      ztunnel(shard -> policies(shard, policy -> !policy.rules().isEmpty()))),
  DENY_ONLY_AT_ZTUNNEL(
      waypoint(shard ->
          policies(
              shard,
              policy -> policy.action() == Action.ALLOW || policy.scope() instanceof Addressed))),
  ALLOW_ONLY_AT_ZTUNNEL(
      waypoint(shard ->
          policies(
              shard,
              policy -> policy.action() == Action.DENY || policy.scope() instanceof Addressed))),
  ROOT_POLICY_DROPPED_AT_ZTUNNEL(
      ztunnel(shard -> policies(shard, policy -> !policy.id().namespace().equals(World.ROOT)))),
  ROOT_POLICY_DROPPED_AT_WAYPOINT(
      waypoint(shard -> policies(shard, policy -> !policy.id().namespace().equals(World.ROOT)))),
  POLICIES_OF_BACKENDS_DROPPED(waypoint(Edits::withoutPoliciesOfBackends)),

  TARGETED_POLICY_DROPPED(
      waypoint(shard -> policies(shard, policy -> !(policy.scope() instanceof Addressed)))),
  GATEWAY_TARGET_DROPPED(
      waypoint(shard ->
          policies(shard, policy -> !Edits.addresses(policy, Scope.Target.Waypoint.class)))),
  CLASS_TARGET_DROPPED(
      waypoint(shard ->
          policies(shard, policy -> !Edits.addresses(policy, Scope.Target.AllWaypoints.class)))),
  TARGETED_POLICY_FOR_EVERY_SERVICE(waypoint(Edits::addressedToAll)),
  TARGETED_POLICY_ALSO_AT_ZTUNNEL(new Change(Edits::alsoAtZtunnel, UnaryOperator.identity())),
  SERVICE_AND_WORKLOAD_PORTS_MIXED_UP(
      waypoint(shard ->
          Edits.conditions(
              shard,
              leaf ->
                  switch (leaf) {
                    case Condition.WorkloadPort(int port) -> new Condition.ServicePort(port);
                    case Condition.ServicePort(int port) -> new Condition.WorkloadPort(port);
                    default -> leaf;
                  }))),
  SERVICE_AND_WORKLOAD_ADDRESSES_MIXED_UP(
      waypoint(shard ->
          Edits.conditions(
              shard,
              leaf ->
                  switch (leaf) {
                    case Condition.WorkloadAddress(var block) ->
                        new Condition.ServiceAddress(block);
                    case Condition.ServiceAddress(var block) ->
                        new Condition.WorkloadAddress(block);
                    default -> leaf;
                  }))),
  TRUST_DOMAIN_ALIAS_FORGOTTEN(
      everywhere(shard ->
          Edits.conditions(
              shard,
              leaf ->
                  leaf.equals(new Condition.PeerTrustDomain(new StringMatch.Exact("old.td")))
                      ? new Condition.AnyOf(List.of())
                      : leaf))),

  PEER_AUTHENTICATION_DROPPED(ztunnel(shard -> peers(shard, policy -> List.of()))),
  PORT_EXCEPTION_LOST(
      ztunnel(shard ->
          peers(shard, policy -> Edits.peer(policy, policy.scope(), policy.mode(), Map.of())))),
  UNSET_MODE_TAKEN_FOR_PERMISSIVE(
      ztunnel(shard ->
          peers(
              shard,
              policy ->
                  Edits.peer(
                      policy,
                      policy.scope(),
                      policy.mode() == Mode.UNSET ? Mode.PERMISSIVE : policy.mode(),
                      policy.portModes())))),
  NAMESPACE_MODE_TAKEN_FOR_THE_MESHS(
      ztunnel(shard ->
          peers(
              shard,
              policy ->
                  Edits.peer(
                      policy,
                      policy.scope() instanceof Scope.InNamespace
                          ? new Scope.Mesh()
                          : policy.scope(),
                      policy.mode(),
                      policy.portModes())))),

  REQUEST_AUTHENTICATION_DROPPED(waypoint(Edits::withoutTokens)),
  POLICY_ON_TRIAL_ENFORCED(
      everywhere(shard ->
          Edits.withPolicies(
              shard, Stream.concat(shard.policies().stream(), shard.shadow().stream()).toList()))),
  SUBSTITUTE_LOST(
      new Change(
          UnaryOperator.identity(),
          placed ->
              new PlacedMesh(placed.mesh(), placed.placements(), placed.admissions(), List.of()))),
  HYBRID_IGNORED(new Change(Edits::allAmbient));

  @SuppressWarnings("ImmutableEnumChecker") // functions of values, which hold no state
  private final Change change;

  Fault(Change change) {
    this.change = change;
  }

  /// What a fault does to what is linked, to what is placed, and to the shards.
  record Change(
      UnaryOperator<List<Document>> documents,
      UnaryOperator<PlacedMesh> placed,
      BiFunction<PolicyShard, PlacedMesh, PolicyShard> ztunnel,
      UnaryOperator<PolicyShard> waypoint) {

    Change() {
      this(UnaryOperator.identity());
    }

    Change(UnaryOperator<List<Document>> documents) {
      this(documents, UnaryOperator.identity(), (shard, _) -> shard, UnaryOperator.identity());
    }

    Change(UnaryOperator<List<Document>> documents, UnaryOperator<PlacedMesh> placed) {
      this(documents, placed, (shard, _) -> shard, UnaryOperator.identity());
    }

    Change(
        BiFunction<PolicyShard, PlacedMesh, PolicyShard> ztunnel,
        UnaryOperator<PolicyShard> waypoint) {
      this(UnaryOperator.identity(), UnaryOperator.identity(), ztunnel, waypoint);
    }
  }

  private static Change ztunnel(UnaryOperator<PolicyShard> change) {
    return new Change((shard, _) -> change.apply(shard), UnaryOperator.identity());
  }

  private static Change waypoint(UnaryOperator<PolicyShard> change) {
    return new Change((shard, _) -> shard, change);
  }

  private static Change everywhere(UnaryOperator<PolicyShard> change) {
    return new Change((shard, _) -> change.apply(shard), change);
  }

  List<Document> documents(List<Document> documents) {
    return change.documents().apply(documents);
  }

  PlacedMesh placed(PlacedMesh placed) {
    return change.placed().apply(placed);
  }

  PolicyShard shard(PolicyShard shard, PlacedMesh placed) {
    return shard.point() instanceof EnforcementPoint.Ztunnel
        ? change.ztunnel().apply(shard, placed)
        : change.waypoint().apply(shard);
  }
}
