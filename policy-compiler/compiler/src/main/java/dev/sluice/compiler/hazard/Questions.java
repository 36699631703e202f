package dev.sluice.compiler.hazard;

import dev.sluice.compiler.diagnostic.Witness;
import dev.sluice.compiler.diagnostic.Witness.Caller;
import dev.sluice.compiler.diagnostic.Witness.Destination;
import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.place.Districts;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Action;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Polarity;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.SourceAttribute;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Client;
import dev.sluice.compiler.syntax.Case.Http;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.compiler.walk.Outcome;
import dev.sluice.compiler.walk.Walk;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.Verdict.Cause;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Asks the compiled mesh about single requests. Confined to the thread that compiles.
final class Questions {

  /// Callers that are tried: a stranger and some that ALLOW policies of the namespace name.
  private static final int MOST_CALLERS = 4;

  /// What becomes of a request: whether it gets through, and what decided that.
  record Answer(boolean allowed, Optional<Cause> cause) {

    /// Whether a DENY rule refused it, and not the lack of an ALLOW.
    boolean isForbidden() {
      return !allowed && cause.filter(Cause.ByRule.class::isInstance).isPresent();
    }
  }

  private final MeshSettings settings;
  private final Districts districts;
  private final Optional<Walk> walk;
  private final Map<String, List<Peer>> callers = new HashMap<>();

  /// Questions about a mesh; without a walk through what it would load none is answered.
  Questions(MeshSettings settings, Districts districts, Optional<Walk> walk) {
    this.settings = settings;
    this.districts = districts;
    this.walk = walk;
  }

  /// The answer; empty when there is nothing to walk through, or chance or an address decides.
  Optional<Answer> ask(Case asked) {
    if (walk.isEmpty()) {
      return Optional.empty();
    }
    return switch (walk.get().answer(asked)) {
      case Outcome.Answered(var decision, var journeys) ->
          Optional.of(
              new Answer(
                  decision == dev.sluice.compiler.syntax.Decision.ALLOW,
                  journeys.getFirst().decisive().map(hop -> hop.verdict().cause())));
      case Outcome.Divided _, Outcome.Unanswerable _ -> Optional.empty();
    };
  }

  boolean isAllowed(Case asked) {
    return ask(asked).filter(Answer::allowed).isPresent();
  }

  /// Peers that may have access in a namespace: a stranger first.
  List<Peer> callers(String namespace) {
    return callers.computeIfAbsent(namespace, this::findCallers);
  }

  private List<Peer> findCallers(String namespace) {
    var found = new ArrayList<Peer>();
    String domain = settings.trustDomain().name();
    found.add(new Peer.Identified(SpiffeId.of(domain, "default", "default")));
    districts.policiesOf(namespace).stream()
        .flatMap(policy ->
            policy instanceof Authorization(var syntax, _, _, _, _, _)
                ? Stream.of(syntax)
                : Stream.empty())
        .filter(policy -> policy.action().value() == Action.ALLOW)
        .flatMap(policy -> policy.rules().stream())
        .flatMap(rule -> rule.from().stream())
        .flatMap(from -> from.entries().stream())
        .filter(entry ->
            entry.attribute() == SourceAttribute.PRINCIPALS
                && entry.polarity() == Polarity.POSITIVE)
        .flatMap(entry -> entry.values().stream())
        .flatMap(value -> identity(value.value()).stream())
        .distinct()
        .limit(MOST_CALLERS - 1)
        .forEach(found::add);
    return found;
  }

  /// The peer of an exact principal, in the mesh's trust domain where it only points to it.
  Optional<Peer> identity(String principal) {
    return SpiffeId.parsePrincipal(principal)
        .map(id ->
            id.trustDomain().name().equals("cluster.local")
                ? new SpiffeId(settings.trustDomain(), id.namespace(), id.serviceAccount())
                : id)
        .map(Peer.Identified::new);
  }

  static Case dial(Peer peer, LinkedWorkload workload, int port) {
    var metadata = workload.syntax().metadata();
    return new Case(
        client(peer),
        new Target.OfWorkload(metadata.namespace(), metadata.name(), port, Optional.empty()),
        Optional.empty());
  }

  /// A request to a Service; an empty host is the Service's own name.
  static Case request(Peer peer, LinkedService service, int port, Line line) {
    return new Case(
        client(peer),
        target(service, port),
        Optional.of(
            new Http(line.method(), line.host(), line.path(), Map.of(), new Token.Absent())));
  }

  /// What a request asks for.
  record Line(String method, String host, String path) {}

  private static Client client(Peer peer) {
    return new Client(peer, Optional.empty());
  }

  private static Target target(LinkedService service, int port) {
    return new Target.OfService(service.namespace(), service.name(), port, Optional.empty());
  }

  /// The case as the witness of a finding: one that gets through.
  Witness witness(Case asked, String kind) {
    Caller caller =
        switch (asked.from().peer()) {
          case Peer.Identified(var id) -> new Caller.Principal(id.principal());
          case Peer.Anonymous() -> new Caller.Plaintext();
        };
    String name = asked.to().namespace() + "/" + asked.to().name();
    Destination to =
        switch (asked.to()) {
          case Target.OfService service -> new Destination.Service(name, service.port());
          case Target.OfWorkload workload -> new Destination.Workload(kind, name, workload.port());
        };
    String own =
        asked.to().name() + "." + asked.to().namespace() + ".svc." + settings.clusterDomain();
    return new Witness(
        caller,
        to,
        asked
            .http()
            .map(http ->
                Witness.Request.of(
                    http.method(), http.host().isEmpty() ? own : http.host(), http.path())),
        Witness.Decision.ALLOW);
  }
}
