package dev.sluice.compiler.lower;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.LinkedRule;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.Waypoint;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.source.Located;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.AuthorizationPolicy.Rule;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.PeerAuthentication;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import dev.sluice.engine.policy.RequestAuthentication;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import dev.sluice.engine.shard.PolicyShard.MeshFacts;
import dev.sluice.engine.shard.PolicyShard.WaypointBinding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Makes the shards of a bundle: one for all ztunnels, one for each waypoint; in canonical order.
public final class ShardLowering {

  private ShardLowering() {}

  public static List<PolicyShard> lower(PlacedMesh placed) {
    var shards = new ArrayList<PolicyShard>();
    shards.add(ztunnel(placed));
    placed.mesh().waypoints().stream()
        .sorted(Comparator.comparing(Waypoint::reference))
        .forEach(waypoint -> shards.add(waypoint(placed, waypoint)));
    return shards;
  }

  /// The authorization policies of a shard by what becomes of them, in canonical order.
  private static final class Sections {
    private final List<AuthorizationPolicy> enforced = new ArrayList<>();
    private final List<AuthorizationPolicy> onTrial = new ArrayList<>();

    void add(LinkedPolicy.Authorization policy, List<Rule> rules) {
      (policy.syntax().isDryRun() ? onTrial : enforced)
          .add(new AuthorizationPolicy(policy.id(), policy.scope(), policy.action(), rules));
    }

    List<AuthorizationPolicy> enforced() {
      enforced.sort(Comparator.comparing(AuthorizationPolicy::id));
      return enforced;
    }

    List<AuthorizationPolicy> onTrial() {
      onTrial.sort(Comparator.comparing(AuthorizationPolicy::id));
      return onTrial;
    }
  }

  /// Rules that need HTTP are left out here: the guards close every path on which they could
  /// matter. The policy itself stays, because an ALLOW policy makes its destinations deny by
  /// default.
  private static PolicyShard ztunnel(PlacedMesh placed) {
    LinkedMesh mesh = placed.mesh();
    var policies = new Sections();
    var peers = new ArrayList<PeerAuthentication>();
    for (LinkedPolicy policy : mesh.policies()) {
      switch (policy) {
        case LinkedPolicy.Authorization ap when !(ap.scope() instanceof Scope.Addressed) -> {
          List<Rule> rules = tcpRules(placed, ap);
          if (ap.action() == Action.ALLOW || !rules.isEmpty()) {
            policies.add(ap, rules);
          }
        }
        case LinkedPolicy.PeerAuth pa -> peers.add(peer(pa));
        case LinkedPolicy.Authorization _, LinkedPolicy.RequestAuth _, LinkedPolicy.Route _ -> {}
      }
    }
    var guards = new ArrayList<Guard>(placed.admissions());
    placed.placements().forEach(placement -> guards.addAll(placement.guards()));
    peers.sort(Comparator.comparing(PeerAuthentication::id));
    guards.sort(Comparator.comparing(Guard::id));
    return new PolicyShard(
        new EnforcementPoint.Ztunnel(),
        facts(mesh),
        policies.enforced(),
        peers,
        List.of(),
        guards,
        mesh.sortedServices().stream()
            .map(service -> binding(service, service.waypoint()))
            .toList(),
        List.of(),
        policies.onTrial());
  }

  private static PolicyShard waypoint(PlacedMesh placed, Waypoint waypoint) {
    LinkedMesh mesh = placed.mesh();
    var concern = new WaypointConcern(mesh, waypoint);
    var policies = new Sections();
    var requests = new ArrayList<RequestAuthentication>();
    for (LinkedPolicy policy : mesh.policies()) {
      switch (policy) {
        case LinkedPolicy.Authorization ap when concern.includes(ap.scope()) ->
            policies.add(ap, ap.rules().stream().map(ShardLowering::rule).toList());
        case LinkedPolicy.RequestAuth ra when concern.includes(ra.scope()) ->
            requests.add(
                new RequestAuthentication(
                    ra.id(),
                    ra.scope(),
                    ra.syntax().rules().stream().map(Located::value).toList()));
        case LinkedPolicy.Authorization _,
            LinkedPolicy.RequestAuth _,
            LinkedPolicy.PeerAuth _,
            LinkedPolicy.Route _ -> {}
      }
    }
    requests.sort(Comparator.comparing(RequestAuthentication::id));
    return new PolicyShard(
        new EnforcementPoint.Waypoint(waypoint.namespace(), waypoint.name()),
        facts(mesh),
        policies.enforced(),
        List.of(),
        requests,
        List.of(),
        mesh.servicesOf(waypoint).stream()
            .map(service -> binding(service, Optional.of(waypoint)))
            .toList(),
        RouteLowering.of(mesh, waypoint),
        policies.onTrial());
  }

  /// The rules ztunnel can evaluate, with the substitutes of those it cannot.
  private static List<Rule> tcpRules(PlacedMesh placed, LinkedPolicy.Authorization policy) {
    Stream<Rule> own =
        policy.rules().stream().filter(rule -> !rule.needsHttp()).map(ShardLowering::rule);
    Stream<Rule> substituted =
        placed.substitutes().stream()
            .filter(substitute -> substitute.id().equals(policy.id()))
            .flatMap(substitute -> substitute.rules().stream());
    return Stream.concat(own, substituted).sorted(Comparator.comparingInt(Rule::index)).toList();
  }

  private static Rule rule(LinkedRule rule) {
    return new Rule(rule.index(), rule.condition());
  }

  private static PeerAuthentication peer(LinkedPolicy.PeerAuth policy) {
    Map<Integer, Mode> ports = new HashMap<>();
    policy.syntax().portLevelMtls().forEach((port, mode) -> ports.put(port, mode.value()));
    return new PeerAuthentication(
        policy.id(), policy.scope(), policy.syntax().mode().value(), ports);
  }

  private static MeshFacts facts(LinkedMesh mesh) {
    var settings = mesh.settings();
    return new MeshFacts(
        settings.trustDomain(), settings.trustDomainAliases(), settings.pathNormalization());
  }

  private static WaypointBinding binding(LinkedService service, Optional<Waypoint> waypoint) {
    return new WaypointBinding(
        service.namespace(),
        service.name(),
        waypoint.map(Waypoint::namespace).orElse(""),
        waypoint.map(Waypoint::name).orElse(""));
  }
}
