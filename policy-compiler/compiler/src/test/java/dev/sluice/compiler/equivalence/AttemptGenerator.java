package dev.sluice.compiler.equivalence;

import dev.sluice.compiler.equivalence.Attempt.Http;
import dev.sluice.compiler.equivalence.Attempt.Path;
import dev.sluice.compiler.syntax.HttpRouteSyntax;
import dev.sluice.compiler.syntax.TopologyDocument.Port;
import dev.sluice.compiler.syntax.TopologyDocument.Service;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Claims;
import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// Makes attempts on every path of a world that leads past a proxy of ours.
final class AttemptGenerator {

  static final List<Peer> PEERS =
      List.of(
          Peer.anonymous(),
          identified("cluster.local", "shop", "web"),
          identified("cluster.local", "shop", "api"),
          identified("cluster.local", "pay", "api"),
          identified("cluster.local", "istio-system", "prometheus"),
          identified("other.td", "shop", "web"),
          identified("old.td", "shop", "web"));
  static final List<Integer> PORTS = List.of(8080, 9090);

  private final Random random;
  private final World world;
  private final List<Path> paths;

  AttemptGenerator(Random random, World world) {
    this.random = random;
    this.world = world;
    this.paths = paths();
  }

  /// What is dialled directly is judged by the ztunnel of an ambient workload; a waypoint judges
  /// what it forwards to any workload that takes tunnels.
  List<Path> paths() {
    var found = new ArrayList<Path>();
    for (Workload workload : world.workloads()) {
      if (World.part(workload) == World.Part.AMBIENT) {
        PORTS.forEach(port -> found.add(new Path.Direct(workload, port)));
      }
    }
    for (Service service : world.services()) {
      if (world.isBound(service)) {
        for (Workload workload : world.workloads()) {
          addForwarded(service, workload, found);
        }
      }
    }
    return found;
  }

  private void addForwarded(Service service, Workload workload, List<Path> into) {
    if (World.part(workload) == World.Part.OUTSIDE) {
      return;
    }
    for (World.WaypointName waypoint : world.waypointsOf(service)) {
      if (World.isEndpoint(service, workload)) {
        for (Port port : service.ports()) {
          into.add(new Path.ThroughWaypoint(waypoint, service, port, workload, target(port)));
        }
      } else if (isRouted(service, workload)) {
        Port first = service.ports().getFirst();
        into.add(new Path.ThroughWaypoint(waypoint, service, first, workload, 8080));
      }
    }
  }

  /// The workload port behind a Service port; named ports are all `web: 8080`.
  static int target(Port port) {
    return port.numericTargetPort().orElse(8080);
  }

  /// Whether a route sends what is addressed to the Service to this workload.
  private boolean isRouted(Service service, Workload workload) {
    return world
        .all(HttpRouteSyntax.class)
        .filter(route -> isParent(route.parentRefs().getFirst(), service))
        .flatMap(route -> route.rules().stream())
        .flatMap(rule -> rule.backends().stream())
        .anyMatch(backend ->
            world.services().stream()
                .anyMatch(target ->
                    target.metadata().name().equals(backend.name())
                        && target.metadata().namespace().equals(backend.namespace())
                        && World.isEndpoint(target, workload)));
  }

  private boolean isParent(HttpRouteSyntax.ParentRef parent, Service service) {
    return parent.kind().equals("Service")
        ? parent.name().equals(service.metadata().name())
            && parent.namespace().equals(service.metadata().namespace())
        : world
            .waypointsOf(service)
            .contains(new World.WaypointName(parent.namespace(), parent.name()));
  }

  Attempt attempt() {
    return new Attempt(
        pick(PEERS),
        pick(List.of("10.0.0.1", "10.1.0.7", "192.168.0.1", "fd00::7")),
        pick(paths),
        Optional.of(http()));
  }

  private Http http() {
    return new Http(
        pick(List.of("GET", "POST", "DELETE")),
        pick(List.of("api.shop", "other")),
        pick(List.of("/orders", "/orders/7", "/admin", "/admin/x/y", "/list", "/")),
        random.nextBoolean() ? Map.of("x-tenant", pick(List.of("blue", "red"))) : Map.of(),
        credential());
  }

  private Credential credential() {
    return switch (random.nextInt(6)) {
      case 0, 1 -> new Credential.Absent();
      case 2 -> new Credential.Invalid("expired");
      case 3 -> new Credential.WrongAudience("other");
      default ->
          new Credential.Valid(
              new Claims(
                  Map.of(
                      "iss", new ClaimValue.Text("https://idp"),
                      "sub", new ClaimValue.Text(pick(List.of("alice", "bob"))),
                      "aud", new ClaimValue.Texts(List.of("api", pick(List.of("web", "cli")))),
                      "azp", new ClaimValue.Text(pick(List.of("portal", "cli"))),
                      "role", new ClaimValue.Text(pick(List.of("clerk", "guest"))),
                      "realm",
                          new ClaimValue.Nested(
                              Map.of(
                                  "groups",
                                  new ClaimValue.Texts(
                                      List.of(pick(List.of("staff", "ops-eu", "none")))))))));
    };
  }

  private static Peer identified(String trustDomain, String namespace, String account) {
    return new Peer.Identified(SpiffeId.of(trustDomain, namespace, account));
  }

  private <T> T pick(List<T> options) {
    return options.get(random.nextInt(options.size()));
  }
}
