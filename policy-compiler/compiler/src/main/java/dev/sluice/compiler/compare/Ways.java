package dev.sluice.compiler.compare;

import dev.sluice.compiler.compare.Judging.Relay;
import dev.sluice.compiler.compare.Judging.View;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedService.ServicePort;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.link.Waypoint;
import dev.sluice.compiler.source.Located;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.Scope.Target;
import dev.sluice.engine.policy.TreeDecider;
import dev.sluice.engine.route.HttpRoute;
import dev.sluice.engine.route.HttpRoute.Backend;
import dev.sluice.engine.route.HttpRoute.ServiceRef;
import dev.sluice.engine.shard.PolicyShard;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Every way to every workload of one revision, and who judges there.
///
/// A Service whose routes send to other Services is a way to their workloads too.
final class Ways {
  private final LinkedMesh mesh;
  private final Slices slices;
  private final Map<String, LinkedWorkload> workloads = new LinkedHashMap<>();
  private final Map<String, List<LinkedWorkload>> byNamespace = new HashMap<>();
  private final Map<ServiceRef, Set<Backend>> routed = new HashMap<>();
  private final Map<String, Map<Way.ByService, List<Judging>>> byService = new HashMap<>();

  private Ways(MeshRevision revision) {
    this.mesh = revision.placed().mesh();
    this.slices = new Slices(revision.shards());
    for (LinkedWorkload workload : mesh.workloads()) {
      if (workloads.putIfAbsent(workload.reference(), workload) == null) {
        byNamespace
            .computeIfAbsent(workload.syntax().metadata().namespace(), _ -> new ArrayList<>())
            .add(workload);
      }
    }
    for (PolicyShard shard : revision.shards()) {
      for (HttpRoute route : shard.routes()) {
        for (HttpRoute.Parent parent : route.parents()) {
          Set<Backend> backends =
              routed.computeIfAbsent(parent.service(), _ -> new LinkedHashSet<>());
          route.rules().forEach(rule -> backends.addAll(rule.backends()));
        }
      }
    }
    mesh.sortedServices().forEach(this::through);
  }

  static Ways of(MeshRevision revision) {
    return new Ways(revision);
  }

  LinkedMesh mesh() {
    return mesh;
  }

  /// The workloads by reference, in the order of the tree.
  Map<String, LinkedWorkload> workloads() {
    return workloads;
  }

  /// The ports a workload is known to listen on.
  SortedSet<Integer> ports(LinkedWorkload workload) {
    var ports = new TreeSet<>(workload.syntax().namedPorts().values());
    workload
        .services()
        .forEach(service -> service.ports().forEach(port -> ports.addAll(port.targets())));
    return ports;
  }

  /// Who judges direct dials.
  Judging direct(LinkedWorkload workload) {
    return dialled(workload, OptionalInt.empty());
  }

  /// The ways by Services to a workload, with who judges there; a port that may carry HTTP or not
  /// has two answers.
  Map<Way.ByService, List<Judging>> byService(LinkedWorkload workload) {
    return byService.getOrDefault(workload.reference(), Map.of());
  }

  private Judging dialled(LinkedWorkload workload, OptionalInt port) {
    return switch (workload.membership()) {
      case AMBIENT -> new Judging.Ztunnel(slices.atZtunnel(workload.destination()), port);
      case OUTSIDE -> new Judging.Nobody();
      case SIDECAR -> new Judging.Somebody("its sidecar", told(workload));
    };
  }

  /// The policies that concern a workload, without their places.
  private Set<Object> told(LinkedWorkload workload) {
    Set<Object> told = new HashSet<>();
    for (LinkedPolicy policy : mesh.policies()) {
      switch (policy) {
        case LinkedPolicy.Authorization(var _, var scope, var action, var rules, var _, var _)
            when scope.covers(workload.destination()) ->
            told.add(
                List.of(
                    policy.id(),
                    action,
                    rules.stream().map(LinkedPolicy.LinkedRule::condition).toList()));
        case LinkedPolicy.PeerAuth(var syntax, var scope)
            when scope.covers(workload.destination()) ->
            told.add(
                List.of(
                    policy.id(),
                    syntax.mode().value(),
                    syntax.portLevelMtls().entrySet().stream()
                        .map(port -> List.of(port.getKey(), port.getValue().value()))
                        .toList()));
        case LinkedPolicy.RequestAuth(var syntax, var scope, var _, var _)
            when scope.covers(workload.destination()) ->
            told.add(List.of(policy.id(), syntax.rules().stream().map(Located::value).toList()));
        case LinkedPolicy.Authorization _,
            LinkedPolicy.PeerAuth _,
            LinkedPolicy.RequestAuth _,
            LinkedPolicy.Route _ -> {}
      }
    }
    return told;
  }

  private void through(LinkedService service) {
    for (ServicePort port : service.ports()) {
      reach(service, port, service, port.port());
      for (Backend backend : routed.getOrDefault(service.reference(), Set.of())) {
        mesh.service(backend.service().namespace(), backend.service().name())
            .ifPresent(target -> reach(service, port, target, backend.port()));
      }
    }
  }

  /// Adds the ways by one Service port to the endpoints of `target`, the same or a route's backend.
  private void reach(
      LinkedService service, ServicePort port, LinkedService target, int targetPort) {
    for (LinkedWorkload workload : byNamespace.getOrDefault(target.namespace(), List.of())) {
      boolean isEndpoint =
          target.selects(workload.syntax().metadata().namespace(), workload.syntax().podLabels());
      OptionalInt at = isEndpoint ? port(target, targetPort, workload) : OptionalInt.empty();
      if (at.isPresent()) {
        var way = new Way.ByService(service.reference(), port.port(), workload.reference());
        byService
            .computeIfAbsent(workload.reference(), _ -> new LinkedHashMap<>())
            .putIfAbsent(way, judgings(service, port, workload, at.getAsInt()));
      }
    }
  }

  private static OptionalInt port(LinkedService service, int port, LinkedWorkload workload) {
    for (var declared : service.syntax().ports()) {
      if (declared.port() == port) {
        OptionalInt numeric = declared.numericTargetPort();
        Integer named = workload.syntax().namedPorts().get(declared.targetPort());
        return numeric.isPresent() || named == null ? numeric : OptionalInt.of(named);
      }
    }
    return OptionalInt.empty();
  }

  private List<Judging> judgings(
      LinkedService service, ServicePort port, LinkedWorkload workload, int at) {
    if (service.waypoint().isEmpty()) {
      return List.of(dialled(workload, OptionalInt.of(at)));
    }
    Waypoint waypoint = service.waypoint().get();
    if (!slices.knows(waypoint)) {
      return List.of(
          new Judging.Somebody(
              "waypoint " + waypoint.reference() + ", which it does not know,",
              // never equal to what another revision does not know
              Set.of(slices)));
    }
    Destination direct = workload.destination();
    var slice =
        slices.atWaypoint(
            waypoint,
            new Destination(direct.namespace(), direct.labels(), targets(service, waypoint)));
    Relay relay = relay(workload, waypoint, at);
    var judgings = new ArrayList<Judging>();
    for (View view : views(port.protocol())) {
      judgings.add(new Judging.Waypoint(slice, at, view, relay));
    }
    return judgings;
  }

  private static List<View> views(LinkedService.Protocol protocol) {
    return switch (protocol) {
      case HTTP -> List.of(View.REQUESTS);
      case TCP -> List.of(View.BYTES);
      case UNDECLARED -> List.of(View.REQUESTS, View.BYTES);
    };
  }

  private static Set<Target> targets(LinkedService service, Waypoint waypoint) {
    return Set.of(
        new Target.Service(service.namespace(), service.name()),
        new Target.ServiceEntry(service.namespace(), service.name()),
        new Target.Waypoint(waypoint.namespace(), waypoint.name()),
        new Target.AllWaypoints());
  }

  /// What a waypoint sends is admitted by its identity before anything else is looked at; where no
  /// ztunnel captures, the waypoint has the last word of all that a bundle says.
  private Relay relay(LinkedWorkload workload, Waypoint waypoint, int port) {
    if (workload.membership() != LinkedWorkload.Membership.AMBIENT) {
      return Relay.ADMITTED;
    }
    InetAddress any = InetAddress.ofLiteral("192.0.2.2");
    var connection =
        new Connection(
            new Peer.Identified(waypoint.identity()), any, new AddressPort(any, port), null);
    boolean isAdmitted =
        new TreeDecider(slices.atZtunnel(workload.destination()).set()).decide(connection).allows();
    return isAdmitted ? Relay.ADMITTED : Relay.REFUSED;
  }
}
