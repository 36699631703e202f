package dev.sluice.compiler.equivalence;

import dev.sluice.compiler.equivalence.Attempt.Http;
import dev.sluice.compiler.equivalence.Attempt.Path;
import dev.sluice.compiler.equivalence.World.Compiled;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.HttpRequest.Headers;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.Scope.Target;
import dev.sluice.engine.policy.TreeDecider;
import dev.sluice.engine.policy.Verdict;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Set;

/// What the proxies decide together, each with its own shard.
record Composite(Compiled compiled) {

  static final InetAddress POD = InetAddress.ofLiteral("10.2.0.9");
  static final InetAddress VIP = InetAddress.ofLiteral("10.96.0.1");

  Outcome decide(Attempt attempt) {
    return switch (attempt.path()) {
      case Path.Direct(var workload, int port) ->
          Outcome.of(atZtunnel(workload, port, attempt.peer(), attempt.source()));
      case Path.ThroughWaypoint through -> throughWaypoint(attempt, through);
    };
  }

  private Outcome throughWaypoint(Attempt attempt, Path.ThroughWaypoint path) {
    if (attempt.peer() instanceof Peer.Anonymous) {
      return Outcome.DENY; // the waypoint's listener demands a client certificate
    }
    Workload workload = path.workload();
    var service = path.service().metadata();
    World.WaypointName name = path.waypoint();
    PolicySet set =
        Objects.requireNonNull(compiled.waypoints().get(name))
            .slice(
                new Destination(
                    workload.metadata().namespace(),
                    workload.podLabels(),
                    Set.of(
                        new Target.Service(service.namespace(), service.name()),
                        new Target.ServiceEntry(service.namespace(), service.name()),
                        new Target.Waypoint(name.namespace(), name.name()),
                        new Target.AllWaypoints())));
    Outcome atWaypoint = Outcome.of(atWaypoint(set, attempt, path));
    Peer waypoint =
        new Peer.Identified(SpiffeId.of("cluster.local", name.namespace(), name.name()));
    boolean captured = World.part(workload) == World.Part.AMBIENT;
    return atWaypoint == Outcome.ALLOW && captured
        ? Outcome.of(atZtunnel(workload, path.port(), waypoint, "10.9.9.9"))
        : atWaypoint;
  }

  private static Verdict atWaypoint(PolicySet set, Attempt attempt, Path.ThroughWaypoint path) {
    var connection =
        new Connection(
            attempt.peer(),
            InetAddress.ofLiteral(attempt.source()),
            new AddressPort(POD, path.port()),
            new AddressPort(VIP, path.servicePort().port()));
    Http http = attempt.http().orElseThrow();
    Credential credential =
        set.authentications().isEmpty() ? new Credential.Absent() : http.credential();
    return new TreeDecider(set)
        .decide(
            new HttpRequest(
                connection,
                http.method(),
                http.host(),
                http.path(),
                Headers.of(http.headers()),
                credential));
  }

  private Verdict atZtunnel(Workload workload, int port, Peer peer, String source) {
    PolicySet set =
        compiled
            .ztunnel()
            .slice(Destination.direct(workload.metadata().namespace(), workload.podLabels()));
    return new TreeDecider(set)
        .decide(
            new Connection(peer, InetAddress.ofLiteral(source), new AddressPort(POD, port), null));
  }

  /// A decision without its cause.
  enum Outcome {
    ALLOW,
    DENY,
    REJECT;

    static Outcome of(Verdict verdict) {
      return switch (verdict) {
        case Verdict.Allow _ -> ALLOW;
        case Verdict.Deny _ -> DENY;
        case Verdict.Reject _ -> REJECT;
      };
    }
  }
}
