package dev.sluice.compiler.upstream;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.link.Waypoint;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.AuthorizationPolicy.Rule;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.HttpRequest.Headers;
import dev.sluice.engine.policy.MtlsRequirement;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.TreeDecider;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Decides cases as an ambient mesh under istiod would: ztunnel by what is left of policies without
/// targetRefs, waypoints by those with, and nothing that makes the two one decision.
///
/// Confined to one thread: what covers a workload is looked up once.
final class UpstreamMesh {

  // documentation addresses (RFC 5737): no policy of a real mesh means them
  private static final InetAddress SOMEWHERE = InetAddress.ofLiteral("192.0.2.77");

  private final LinkedMesh mesh;
  private final Map<Destination, List<LinkedPolicy>> covering = new HashMap<>();

  UpstreamMesh(LinkedMesh mesh) {
    this.mesh = mesh;
  }

  /// The decision; empty where this model does not say, or endpoints of a Service differ.
  Optional<Decision> decide(Case asked) {
    return switch (asked.to()) {
      case Target.OfWorkload(var namespace, var name, int port, var _) ->
          mesh.workloadsOf(namespace).stream()
              .filter(workload -> isNamed(workload, namespace, name))
              .findFirst()
              .map(workload -> atZtunnel(workload, port, asked.from().peer(), source(asked)));
      case Target.OfService(var namespace, var name, int port, var _) ->
          mesh.service(namespace, name).flatMap(service -> decide(asked, service, port));
    };
  }

  private static boolean isNamed(LinkedWorkload workload, String namespace, String name) {
    var metadata = workload.syntax().metadata();
    return metadata.namespace().equals(namespace) && metadata.name().equals(name);
  }

  private static InetAddress source(Case asked) {
    return asked.from().address().orElse(SOMEWHERE);
  }

  private Optional<Decision> decide(Case asked, LinkedService service, int port) {
    // only the ztunnel of the client knows the way to a waypoint
    boolean through =
        service.waypoint().isPresent() && asked.from().peer() instanceof Peer.Identified;
    if (through) {
      Optional<Decision> judged = atWaypoint(asked, service, port);
      if (judged.filter(decision -> decision == Decision.ALLOW).isEmpty()) {
        return judged;
      }
    }
    Peer peer =
        through
            ? new Peer.Identified(service.waypoint().orElseThrow().identity())
            : asked.from().peer();
    InetAddress source = through ? SOMEWHERE : source(asked);
    Set<Decision> decisions = new HashSet<>();
    for (LinkedWorkload workload : mesh.endpoints(service)) {
      for (int target : targets(service, port)) {
        decisions.add(atZtunnel(workload, target, peer, source));
      }
    }
    return decisions.size() == 1 ? decisions.stream().findFirst() : Optional.empty();
  }

  private static List<Integer> targets(LinkedService service, int port) {
    return service.ports().stream()
        .filter(candidate -> candidate.port() == port)
        .flatMap(candidate -> candidate.targets().stream())
        .toList();
  }

  private Decision atZtunnel(LinkedWorkload workload, int port, Peer peer, InetAddress source) {
    List<LinkedPolicy> policies = covering(workload.destination());
    var connection = new Connection(peer, source, new AddressPort(SOMEWHERE, port), null);
    if (peer instanceof Peer.Anonymous
        && ConvertedPeerAuthentication.of(of(policies, LinkedPolicy.PeerAuth.class))
            .refusesPlaintext(port)) {
      return Decision.DENY;
    }
    boolean restricted = false;
    boolean allowed = false;
    for (var policy : of(policies, LinkedPolicy.Authorization.class)) {
      boolean matches =
          ConvertedRule.of(policy.syntax()).stream().anyMatch(rule -> rule.matches(connection));
      if (policy.action() == Action.DENY && matches) {
        return Decision.DENY;
      }
      restricted |= policy.action() == Action.ALLOW;
      allowed |= policy.action() == Action.ALLOW && matches;
    }
    return allowed || !restricted ? Decision.ALLOW : Decision.DENY;
  }

  /// By the policies with targetRefs alone: others never reach a waypoint.
  private Optional<Decision> atWaypoint(Case asked, LinkedService service, int port) {
    Waypoint waypoint = service.waypoint().orElseThrow();
    if (asked.http().isEmpty()) {
      return Optional.empty();
    }
    var destination =
        new Destination(
            service.namespace(),
            Map.of(),
            Set.of(
                new Scope.Target.Service(service.namespace(), service.name()),
                new Scope.Target.Waypoint(waypoint.namespace(), waypoint.name()),
                new Scope.Target.AllWaypoints()));
    List<LinkedPolicy> policies =
        covering(destination).stream().filter(policy -> isTargeted(policy)).toList();
    var authorizations =
        of(policies, LinkedPolicy.Authorization.class).stream()
            .map(policy ->
                new AuthorizationPolicy(
                    policy.id(),
                    policy.scope(),
                    policy.action(),
                    policy.rules().stream()
                        .map(rule -> new Rule(rule.index(), rule.condition()))
                        .toList()))
            .toList();
    boolean validates = !of(policies, LinkedPolicy.RequestAuth.class).isEmpty();
    var set = new PolicySet(authorizations, List.of(), MtlsRequirement.permissive(), List.of());
    return Optional.of(
        Decision.of(new TreeDecider(set).decide(request(asked, service, port, validates))));
  }

  private static boolean isTargeted(LinkedPolicy policy) {
    return switch (policy) {
      case LinkedPolicy.Authorization ap -> ap.scope() instanceof Scope.Addressed;
      case LinkedPolicy.RequestAuth ra -> ra.scope() instanceof Scope.Addressed;
      case LinkedPolicy.PeerAuth _, LinkedPolicy.Route _ -> false;
    };
  }

  private static HttpRequest request(
      Case asked, LinkedService service, int port, boolean validates) {
    Case.Http http = asked.http().orElseThrow();
    int target = targets(service, port).stream().findFirst().orElse(port);
    Credential credential =
        switch (http.token()) {
          case Token.Signed(var claims) when validates -> new Credential.Valid(claims);
          case Token.Invalid() when validates -> new Credential.Invalid("does not validate");
          case Token.Absent(), Token.Signed _, Token.Invalid() -> new Credential.Absent();
        };
    return new HttpRequest(
        new Connection(
            asked.from().peer(),
            source(asked),
            new AddressPort(SOMEWHERE, target),
            new AddressPort(SOMEWHERE, port)),
        http.method(),
        http.host(),
        http.path(),
        Headers.of(http.headers()),
        credential);
  }

  /// The policies of a destination; those on trial are not sent.
  private List<LinkedPolicy> covering(Destination destination) {
    return covering.computeIfAbsent(
        destination,
        wanted ->
            mesh.policies().stream()
                .filter(policy ->
                    switch (policy) {
                      case LinkedPolicy.Authorization ap ->
                          !ap.syntax().isDryRun() && ap.scope().covers(wanted);
                      case LinkedPolicy.PeerAuth pa -> pa.scope().covers(wanted);
                      case LinkedPolicy.RequestAuth ra -> ra.scope().covers(wanted);
                      case LinkedPolicy.Route _ -> false;
                    })
                .toList());
  }

  private static <T extends LinkedPolicy> List<T> of(List<LinkedPolicy> policies, Class<T> kind) {
    return policies.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
