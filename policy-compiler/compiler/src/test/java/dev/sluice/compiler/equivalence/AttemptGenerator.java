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

/// Makes attempts on every path of a world.
final class AttemptGenerator {

  private static final List<Peer> PEERS =
      List.of(
          Peer.anonymous(),
          identified("cluster.local", "shop", "web"),
          identified("cluster.local", "shop", "api"),
          identified("cluster.local", "pay", "api"),
          identified("cluster.local", "istio-system", "prometheus"),
          identified("other.td", "shop", "web"));

  private final Random random;
  private final World world;
  private final List<Path> paths;

  AttemptGenerator(Random random, World world) {
    this.random = random;
    this.world = world;
    this.paths = paths();
  }

  List<Path> paths() {
    var found = new ArrayList<Path>();
    for (Workload workload : world.workloads()) {
      found.add(new Path.Direct(workload, 8080));
      found.add(new Path.Direct(workload, 9090));
    }
    for (Service service : world.services()) {
      if (World.isBound(service)) {
        Port port = service.ports().getFirst();
        for (Workload workload : world.workloads()) {
          if (World.isEndpoint(service, workload) || isRouted(service, workload)) {
            found.add(new Path.ThroughWaypoint(service, port, workload, 8080));
          }
        }
      }
    }
    return found;
  }

  /// Whether a route sends what is addressed to the Service to this workload.
  private boolean isRouted(Service service, Workload workload) {
    return world.policies().stream()
        .filter(HttpRouteSyntax.class::isInstance)
        .map(HttpRouteSyntax.class::cast)
        .filter(route ->
            route.parentRefs().getFirst().name().equals(service.metadata().name())
                && route.parentRefs().getFirst().namespace().equals(service.metadata().namespace()))
        .flatMap(route -> route.rules().stream())
        .flatMap(rule -> rule.backends().stream())
        .anyMatch(backend ->
            world.services().stream()
                .anyMatch(target ->
                    target.metadata().name().equals(backend.name())
                        && target.metadata().namespace().equals(backend.namespace())
                        && World.isEndpoint(target, workload)));
  }

  Attempt attempt() {
    Path path = pick(paths);
    return new Attempt(
        pick(PEERS),
        pick(List.of("10.0.0.1", "10.1.0.7", "192.168.0.1")),
        path,
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
                      "role", new ClaimValue.Text(pick(List.of("clerk", "guest"))))));
    };
  }

  private static Peer identified(String trustDomain, String namespace, String account) {
    return new Peer.Identified(SpiffeId.of(trustDomain, namespace, account));
  }

  private <T> T pick(List<T> options) {
    return options.get(random.nextInt(options.size()));
  }
}
