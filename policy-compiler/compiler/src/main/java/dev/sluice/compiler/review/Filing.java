package dev.sluice.compiler.review;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.link.LinkedPolicy.LinkedRule;
import dev.sluice.compiler.link.LinkedPolicy.PeerAuth;
import dev.sluice.compiler.link.LinkedPolicy.ResolvedTarget;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.place.District.Ranked;
import dev.sluice.compiler.place.Placement;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Rule;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.PeerAuthentication;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Policies and guards filed by what they cover: those of one namespace, in front of the wide ones.
///
/// Policies on trial decide nothing and are left out, but for their places.
final class Filing {

  private final LinkedMesh mesh;
  private final @Nullable Filing wider;
  private final ScopeIndex<Authorization> selecting;
  private final ScopeIndex<PeerAuthentication> peers;
  private final ScopeIndex<Guard> guards;
  private final Map<String, List<Addressing>> addressing = new HashMap<>();
  private final IdentityHashMap<Guard, LinkedPolicy> owners = new IdentityHashMap<>();
  private final Map<PolicyId, PeerAuth> peersById = new HashMap<>();

  /// A policy with targetRefs and its place in the order of the tree.
  record Addressing(long rank, Authorization policy) {}

  private Filing(LinkedMesh mesh, @Nullable Filing wider) {
    this.mesh = mesh;
    this.wider = wider;
    selecting = new ScopeIndex<>(wider == null ? null : wider.selecting);
    peers = new ScopeIndex<>(wider == null ? null : wider.peers);
    guards = new ScopeIndex<>(wider == null ? null : wider.guards);
  }

  /// The policies that may concern several namespaces.
  static Filing ofWide(LinkedMesh mesh, List<Ranked> placements) {
    var filing = new Filing(mesh, null);
    placements.forEach(filing::add);
    return filing;
  }

  /// Those of one namespace, in front of these.
  Filing with(List<Guard> admissions, List<Ranked> placements) {
    var filing = new Filing(mesh, this);
    admissions.forEach(guard -> filing.guards.add(0, guard.scope(), guard));
    placements.forEach(filing::add);
    return filing;
  }

  private void add(Ranked ranked) {
    Placement placement = ranked.placement();
    for (Guard guard : placement.guards()) {
      guards.add(ranked.rank(), guard.scope(), guard);
      owners.put(guard, placement.policy());
    }
    if (placement.isOnTrial()) {
      return;
    }
    switch (placement.policy()) {
      case Authorization ap when ap.scope() instanceof Scope.Addressed ->
          ap.targets().stream()
              .flatMap(this::services)
              .distinct()
              .forEach(service ->
                  addressing
                      .computeIfAbsent(service.reference().toString(), _ -> new ArrayList<>())
                      .add(new Addressing(ranked.rank(), ap)));
      case Authorization ap -> selecting.add(ranked.rank(), ap.scope(), ap);
      case PeerAuth pa -> {
        peers.add(ranked.rank(), pa.scope(), compiled(pa));
        peersById.put(pa.id(), pa);
      }
      case LinkedPolicy.RequestAuth _, LinkedPolicy.Route _ -> {}
    }
  }

  /// The Services a target stands for.
  private Stream<LinkedService> services(ResolvedTarget target) {
    return switch (target) {
      case ResolvedTarget.OfService(var service, var _) -> Stream.of(service);
      case ResolvedTarget.OfWaypoint(var waypoint, var _) -> mesh.servicesOf(waypoint).stream();
      case ResolvedTarget.OfAllWaypoints _ ->
          mesh.sortedServices().stream().filter(service -> service.waypoint().isPresent());
    };
  }

  ScopeIndex<Authorization> selecting() {
    return selecting;
  }

  ScopeIndex<PeerAuthentication> peers() {
    return peers;
  }

  ScopeIndex<Guard> guards() {
    return guards;
  }

  /// The policies that target a Service, its waypoint or all waypoints, in no order.
  List<Addressing> addressing(String service) {
    List<Addressing> own = addressing.getOrDefault(service, List.of());
    List<Addressing> others = wider == null ? List.of() : wider.addressing(service);
    if (own.isEmpty() || others.isEmpty()) {
      return own.isEmpty() ? others : own;
    }
    var all = new ArrayList<>(own);
    all.addAll(others);
    return all;
  }

  /// The policy that a guard was made for; none for one that only lets waypoints through.
  @Nullable LinkedPolicy owner(Guard guard) {
    LinkedPolicy own = owners.get(guard);
    return own == null && wider != null ? wider.owner(guard) : own;
  }

  /// The PeerAuthentication of a name, if it may apply here.
  @Nullable PeerAuth peer(PolicyId id) {
    PeerAuth own = peersById.get(id);
    return own == null && wider != null ? wider.peer(id) : own;
  }

  static AuthorizationPolicy compiled(Authorization policy) {
    return new AuthorizationPolicy(
        policy.id(),
        policy.scope(),
        policy.action(),
        policy.rules().stream().map(Filing::compiled).toList());
  }

  private static Rule compiled(LinkedRule rule) {
    return new Rule(rule.index(), rule.condition());
  }

  private static PeerAuthentication compiled(PeerAuth policy) {
    var ports = new HashMap<Integer, Mode>();
    policy.syntax().portLevelMtls().forEach((port, mode) -> ports.put(port, mode.value()));
    return new PeerAuthentication(
        policy.id(), policy.scope(), policy.syntax().mode().value(), ports);
  }
}
