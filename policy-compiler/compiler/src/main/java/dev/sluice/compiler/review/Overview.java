package dev.sluice.compiler.review;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.link.LinkedPolicy.LinkedRule;
import dev.sluice.compiler.link.LinkedPolicy.PeerAuth;
import dev.sluice.compiler.link.LinkedPolicy.ResolvedTarget;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.link.LinkedWorkload.Membership;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.place.Placement;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.AuthorizationPolicy.Rule;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.MtlsRequirement;
import dev.sluice.engine.policy.PeerAuthentication;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.TreeDecider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What applies to the workloads that ztunnel protects, worked out once for all findings.
final class Overview {

  private final LinkedMesh mesh;
  private final ScopeIndex<Authorization> selecting = new ScopeIndex<>();
  private final ScopeIndex<PeerAuthentication> peers = new ScopeIndex<>();
  private final ScopeIndex<Guard> guards = new ScopeIndex<>();
  private final Map<String, List<Authorization>> addressing = new HashMap<>();
  private final IdentityHashMap<Guard, LinkedPolicy> owners = new IdentityHashMap<>();
  private final List<Authorization> meshWideAllows = new ArrayList<>();
  private final List<Group> groups;

  /// Workloads of the mesh to which the same applies on direct dials: policies without targetRefs,
  /// guards and mTLS.
  record Group(
      List<LinkedWorkload> workloads,
      List<Authorization> policies,
      List<Guard> guards,
      MtlsRequirement mtls) {

    /// What ztunnel decides by.
    TreeDecider decider() {
      return new TreeDecider(
          new PolicySet(
              policies.stream().map(Overview::compiled).toList(), List.of(), mtls, guards));
    }

    List<Authorization> allows() {
      return Overview.allows(policies);
    }
  }

  /// What tells workloads apart: the namespace, and what covers them by their labels.
  private record Key(
      String namespace, List<Integer> policies, List<Integer> peers, List<Integer> guards) {}

  private Overview(PlacedMesh placed) {
    mesh = placed.mesh();
    placed.admissions().forEach(guard -> guards.add(guard.scope(), guard));
    for (Placement placement : placed.placements()) {
      for (Guard guard : placement.guards()) {
        guards.add(guard.scope(), guard);
        owners.put(guard, placement.policy());
      }
      if (!placement.isOnTrial()) {
        add(placement.policy());
      }
    }
    groups = grouped();
  }

  static Overview of(PlacedMesh placed) {
    return new Overview(placed);
  }

  private void add(LinkedPolicy policy) {
    switch (policy) {
      case Authorization ap when ap.scope() instanceof Scope.Addressed ->
          ap.targets().stream()
              .flatMap(this::services)
              .distinct()
              .forEach(service ->
                  addressing
                      .computeIfAbsent(service.reference().toString(), _ -> new ArrayList<>())
                      .add(ap));
      case Authorization ap -> {
        selecting.add(ap.scope(), ap);
        if (ap.scope() instanceof Scope.Mesh && ap.action() == Action.ALLOW) {
          meshWideAllows.add(ap);
        }
      }
      case PeerAuth pa -> peers.add(pa.scope(), compiled(pa));
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

  private List<Group> grouped() {
    var byKey = new LinkedHashMap<Key, List<LinkedWorkload>>();
    for (LinkedWorkload workload : mesh.workloads()) {
      if (workload.membership() == Membership.AMBIENT) {
        Destination place = workload.destination();
        var key =
            new Key(
                place.namespace(),
                selecting.byLabels(place),
                peers.byLabels(place),
                guards.byLabels(place));
        byKey.computeIfAbsent(key, _ -> new ArrayList<>()).add(workload);
      }
    }
    return byKey.values().stream().map(this::group).toList();
  }

  private Group group(List<LinkedWorkload> workloads) {
    Destination place = workloads.getFirst().destination();
    return new Group(
        workloads,
        selecting.values(selecting.covering(place)),
        guards.values(guards.covering(place)),
        MtlsRequirement.resolve(peers.values(peers.covering(place))));
  }

  List<Group> groups() {
    return groups;
  }

  /// The ALLOW policies that apply to every workload.
  List<Authorization> meshWideAllows() {
    return meshWideAllows;
  }

  LinkedMesh mesh() {
    return mesh;
  }

  /// What judges traffic that is addressed to a Service: the policies of its workloads and those
  /// that target it.
  List<Authorization> judging(Group group, LinkedService service) {
    if (service.waypoint().isEmpty()) {
      return group.policies();
    }
    var all = new ArrayList<>(group.policies());
    all.addAll(addressing.getOrDefault(service.reference().toString(), List.of()));
    return all;
  }

  /// The policy whose guard refuses direct dials of a port; empty when none does.
  Optional<LinkedPolicy> closing(Group group, int port) {
    return group.guards().stream()
        .filter(guard -> guard.refuses().contains(port))
        .flatMap(guard -> Stream.ofNullable(owners.get(guard)))
        .findFirst();
  }

  /// The policy whose guard refuses direct dials of a port and exempts nobody.
  Optional<LinkedPolicy> closingToAll(Group group, int port) {
    return group.guards().stream()
        .filter(guard -> guard.refuses().contains(port) && guard.exempt().isEmpty())
        .flatMap(guard -> Stream.ofNullable(owners.get(guard)))
        .findFirst();
  }

  static List<Authorization> allows(List<Authorization> policies) {
    return policies.stream().filter(policy -> policy.action() == Action.ALLOW).toList();
  }

  /// The ports a workload is known to listen on: of its Services and its own declaration.
  static SortedSet<Integer> ports(LinkedWorkload workload) {
    var ports = new TreeSet<>(workload.syntax().listening().containerPorts());
    workload
        .services()
        .forEach(service -> service.ports().forEach(port -> ports.addAll(port.targets())));
    return ports;
  }

  private static AuthorizationPolicy compiled(Authorization policy) {
    return new AuthorizationPolicy(
        policy.id(),
        policy.scope(),
        policy.action(),
        policy.rules().stream().map(Overview::compiled).toList());
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
