package dev.sluice.compiler.equivalence;

import dev.sluice.compiler.equivalence.World.Compiled;
import dev.sluice.compiler.equivalence.World.Part;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.ResolvedTarget;
import dev.sluice.compiler.link.LinkedPolicy.RouteParent;
import dev.sluice.compiler.place.Placement;
import dev.sluice.compiler.place.Placement.Layer;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax;
import dev.sluice.compiler.syntax.PeerAuthenticationSyntax;
import dev.sluice.compiler.syntax.Selection;
import dev.sluice.compiler.syntax.TopologyDocument.Addressing;
import dev.sluice.compiler.syntax.TopologyDocument.Namespace;
import dev.sluice.engine.policy.Scope;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/// The rows of the placement table and the circumstances that change them. A generator that leaves
/// one out proves nothing about it.
enum Row {
  L4_POLICY_WITHOUT_WAYPOINT(authorization(placed -> placed.layer() == Layer.ZTUNNEL)),
  L4_POLICY_BEHIND_WAYPOINT(
      authorization(placed -> placed.layer() == Layer.BOTH && placed.guard().isEmpty())),
  L7_POLICY_BEHIND_WAYPOINT(
      authorization(
          placed -> placed.guard().isPresent() && !(scope(placed) instanceof Scope.Addressed))),
  L4_AND_L7_RULES_IN_ONE_POLICY(
      authorization(placed -> placed.layer() == Layer.BOTH && placed.guard().isPresent())),
  DEFAULT_DENY_WITHOUT_RULES(authorization(placed -> rules(placed) == 0)),
  SELECTION_OF_BOTH_COLUMNS(
      authorization(placed -> placed.layer() == Layer.BOTH && isPartlyBehind(placed))),
  TARGET_SERVICE(target(ResolvedTarget.OfService.class)),
  TARGET_GATEWAY(target(ResolvedTarget.OfWaypoint.class)),
  TARGET_CLASS(target(ResolvedTarget.OfAllWaypoints.class)),
  SEVERAL_TARGETS(
      authorization(placed -> ((LinkedPolicy.Authorization) placed.policy()).targets().size() > 1)),
  MESH_WIDE(authorization(placed -> scope(placed) instanceof Scope.Mesh)),
  NAMESPACE_WIDE(authorization(placed -> scope(placed) instanceof Scope.InNamespace)),
  SELECTED(authorization(placed -> scope(placed) instanceof Scope.Selected)),
  SELECTED_IN_ANY_NAMESPACE(
      authorization(placed -> scope(placed) instanceof Scope.SelectedAnywhere)),
  GUARD_WITH_EXEMPTION(
      authorization(placed -> placed.guard().filter(g -> !g.exempt().isEmpty()).isPresent())),
  ON_TRIAL(authorization(Placement::isOnTrial)),

  PEER_AUTHENTICATION_OF_MESH(peer(policy -> policy.metadata().namespace().equals(World.ROOT))),
  PEER_AUTHENTICATION_OF_NAMESPACE(
      peer(policy ->
          policy.selection() instanceof Selection.Everything
              && !policy.metadata().namespace().equals(World.ROOT))),
  PEER_AUTHENTICATION_OF_WORKLOADS(
      peer(policy -> policy.selection() instanceof Selection.Selector)),
  PEER_AUTHENTICATION_WITH_PORTS(peer(policy -> !policy.portLevelMtls().isEmpty())),
  PEER_AUTHENTICATIONS_AT_TWO_LEVELS(
      (world, _) -> world.all(PeerAuthenticationSyntax.class).count() > 1),

  REQUEST_AUTHENTICATION_SELECTED(tokens(Selection.Selector.class)),
  REQUEST_AUTHENTICATION_OF_NAMESPACE(tokens(Selection.Everything.class)),
  REQUEST_AUTHENTICATION_TARGETED(tokens(Selection.Targets.class)),

  ROUTE_OF_PRODUCER(route(RouteParent.OfService.class, "shop")),
  ROUTE_OF_CONSUMER(route(RouteParent.OfService.class, "pay")),
  ROUTE_OF_WAYPOINT(route(RouteParent.OfWaypoint.class, "shop")),
  ROUTE_OF_OTHER_GATEWAY(route(RouteParent.NotOurs.class, "shop")),

  WAYPOINT_BY_NAMESPACE_LABEL((world, _) ->
      world.all(Namespace.class).findAny().isPresent()
          && world.services().stream()
              .anyMatch(service ->
                  service.metadata().label("istio.io/use-waypoint").isEmpty()
                      && world.isBound(service))),
  WAYPOINT_OPT_OUT((world, _) ->
      world.services().stream()
          .anyMatch(service -> service.metadata().label("istio.io/use-waypoint").equals("none"))),
  WAYPOINT_OF_OTHER_NAMESPACE((world, _) ->
      world.services().stream()
          .anyMatch(service ->
              world
                  .waypointOf(service)
                  .filter(w -> !w.namespace().equals(service.metadata().namespace()))
                  .isPresent())),
  TWO_WAYPOINTS((_, compiled) -> compiled.waypoints().size() > 1),
  CANARY_WAYPOINT((world, compiled) ->
      compiled.placed().placements().stream().anyMatch(placed -> placed.guard().isPresent())
          && world.services().stream().anyMatch(service -> world.waypointsOf(service).size() > 1)),
  HEADLESS_SERVICE(
      (world, _) -> world.services().stream().anyMatch(s -> s.addressing() == Addressing.HEADLESS)),
  NAMED_TARGET_PORT((world, _) ->
      world.services().stream()
          .flatMap(service -> service.ports().stream())
          .anyMatch(port -> port.numericTargetPort().isEmpty())),
  SIDECAR_AND_AMBIENT_UNDER_ONE_SELECTION(parts(Part.SIDECAR)),
  WORKLOAD_OUTSIDE_THE_MESH(parts(Part.OUTSIDE)),
  TRUST_DOMAIN_ALIAS((world, _) -> !world.settings().trustDomainAliases().isEmpty());

  @SuppressWarnings("ImmutableEnumChecker") // a function of values, which holds no state
  private final BiPredicate<World, Compiled> present;

  Row(BiPredicate<World, Compiled> present) {
    this.present = present;
  }

  boolean isIn(World world, Compiled compiled) {
    return present.test(world, compiled);
  }

  private static BiPredicate<World, Compiled> authorization(Predicate<Placement> which) {
    return (_, compiled) ->
        compiled.placed().placements().stream()
            .filter(placement -> placement.policy() instanceof LinkedPolicy.Authorization)
            .anyMatch(which);
  }

  private static Scope scope(Placement placement) {
    return ((LinkedPolicy.Authorization) placement.policy()).scope();
  }

  private static int rules(Placement placement) {
    return ((AuthorizationPolicySyntax) placement.policy().syntax()).rules().size();
  }

  /// Whether ztunnel enforces it for more workloads than waypoints do.
  private static boolean isPartlyBehind(Placement placement) {
    int direct = placement.points().getFirst().workloads().size();
    long behind =
        placement.points().stream()
            .skip(1)
            .flatMap(point -> point.workloads().stream())
            .distinct()
            .count();
    return direct > behind;
  }

  private static BiPredicate<World, Compiled> target(Class<? extends ResolvedTarget> kind) {
    return authorization(placement ->
        ((LinkedPolicy.Authorization) placement.policy())
            .targets().stream().anyMatch(kind::isInstance));
  }

  private static BiPredicate<World, Compiled> peer(Predicate<PeerAuthenticationSyntax> which) {
    return (world, _) -> world.all(PeerAuthenticationSyntax.class).anyMatch(which);
  }

  private static BiPredicate<World, Compiled> tokens(Class<? extends Selection> kind) {
    return (_, compiled) ->
        compiled.placed().placements().stream()
            .anyMatch(placement ->
                placement.policy() instanceof LinkedPolicy.RequestAuth request
                    && kind.isInstance(request.syntax().selection()));
  }

  private static BiPredicate<World, Compiled> route(
      Class<? extends RouteParent> parent, String namespace) {
    return (_, compiled) ->
        compiled.placed().placements().stream()
            .anyMatch(placement ->
                placement.policy() instanceof LinkedPolicy.Route route
                    && route.id().namespace().equals(namespace)
                    && route.parents().stream().anyMatch(parent::isInstance));
  }

  private static BiPredicate<World, Compiled> parts(Part part) {
    return (world, compiled) ->
        world.workloads().stream()
            .filter(workload -> World.part(workload) == part)
            .anyMatch(workload ->
                compiled.placed().mesh().policies().stream()
                    .anyMatch(policy ->
                        policy instanceof LinkedPolicy.Authorization ap
                            && ap.scope()
                                .covers(
                                    dev.sluice.engine.policy.Destination.direct(
                                        workload.metadata().namespace(), workload.podLabels()))));
  }
}
