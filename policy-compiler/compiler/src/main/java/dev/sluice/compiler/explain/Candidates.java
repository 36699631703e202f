package dev.sluice.compiler.explain;

import dev.sluice.compiler.explain.Clause.Group;
import dev.sluice.compiler.explain.Clause.Subject;
import dev.sluice.compiler.explain.Seen.Keys;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.OperationAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.SourceAttribute;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Http;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.compiler.walk.Hop;
import dev.sluice.compiler.walk.Journey;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Peer;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The single changes worth trying: to values that the rules on the way speak of, and to ordinary
/// ones that they may not exclude.
final class Candidates {

  private static final int MOST = 400;
  private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "DELETE");
  private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("192.0.2.1");

  private final LinkedMesh mesh;
  private final RuleTracer tracer;
  private final Case asked;
  private final SpiffeId like;
  private final Map<List<String>, Candidate> found = new LinkedHashMap<>();

  private Candidates(LinkedMesh mesh, RuleTracer tracer, Case asked) {
    this.mesh = mesh;
    this.tracer = tracer;
    this.asked = asked;
    this.like =
        asked.from().peer() instanceof Peer.Identified(var id)
            ? id
            : Samples.nobody(mesh.settings().trustDomain().name(), asked.to().namespace());
  }

  /// At most 400, the smallest first.
  static List<Candidate> of(LinkedMesh mesh, RuleTracer tracer, Case asked, Journey journey) {
    var candidates = new Candidates(mesh, tracer, asked);
    for (Hop hop : journey.hops()) {
      if (!hop.isRelay()) {
        candidates.collect(hop);
      }
    }
    candidates.targets();
    return candidates.found.values().stream()
        .filter(candidate -> !candidate.change().before().equals(candidate.change().after()))
        .sorted(Comparator.comparing(Candidate::rank).thenComparingInt(Candidate::distance))
        .limit(MOST)
        .toList();
  }

  private void add(Candidate candidate) {
    found.putIfAbsent(
        List.of(candidate.change().attribute(), candidate.change().after()), candidate);
  }

  private void collect(Hop hop) {
    for (AuthorizationPolicy policy : hop.set().policies()) {
      for (AuthorizationPolicy.Rule rule : policy.rules()) {
        List<Clause> clauses =
            tracer.groups(policy.id(), rule).stream()
                .flatMap(List::stream)
                .map(Group::clauses)
                .flatMap(List::stream)
                .toList();
        clauses.forEach(clause -> collect(clause, policy.id().namespace()));
        asked
            .http()
            .ifPresent(http ->
                Tokens.candidates(clauses, hop.set().authentications(), http.token())
                    .forEach(token -> add(Candidate.token(http, token))));
      }
    }
    asked.http().ifPresent(http -> withoutToken(http, hop));
  }

  private void withoutToken(Http http, Hop hop) {
    if (!(http.token() instanceof Token.Absent)) {
      add(Candidate.token(http, new Token.Absent()));
    }
    Tokens.candidates(List.of(), hop.set().authentications(), http.token())
        .forEach(token -> add(Candidate.token(http, token)));
  }

  private void collect(Clause clause, String policyNamespace) {
    for (String value : clause.values()) {
      switch (clause.subject()) {
        case Subject.Source(var attribute) -> source(attribute, value, policyNamespace);
        case Subject.Operation(var attribute) -> operation(attribute, value);
        case Subject.Key(var key) -> key(key, value, policyNamespace);
      }
    }
  }

  private void source(SourceAttribute attribute, String value, String policyNamespace) {
    switch (attribute) {
      case PRINCIPALS -> peer(Samples.principal(value, like));
      case NAMESPACES -> peer(Samples.namespace(value, like));
      case SERVICE_ACCOUNTS -> peer(Samples.account(value, policyNamespace, like));
      case TRUST_DOMAINS -> peer(Samples.trustDomain(value, like));
      case IP_BLOCKS, REMOTE_IP_BLOCKS -> {
        Samples.address(value).ifPresent(this::address);
        address(ELSEWHERE);
      }
      case REQUEST_PRINCIPALS -> {
        // tokens are made for whole rules
      }
    }
  }

  private void peer(Optional<Peer> peer) {
    peer.ifPresent(identified -> add(Candidate.peer(asked.from(), identified)));
  }

  private void address(InetAddress address) {
    add(Candidate.address(asked.from(), address));
  }

  private void operation(OperationAttribute attribute, String value) {
    if (attribute == OperationAttribute.PORTS) {
      port(value);
      return;
    }
    if (asked.http().isEmpty()) {
      return;
    }
    Http http = asked.http().get();
    switch (attribute) {
      case HOSTS -> {
        add(Candidate.host(http, Samples.text(value)));
        add(Candidate.host(http, ""));
      }
      case METHODS -> {
        add(Candidate.method(http, Samples.text(value)));
        METHODS.forEach(method -> add(Candidate.method(http, method)));
      }
      case PATHS -> {
        add(Candidate.path(http, Samples.path(value)));
        add(Candidate.path(http, "/"));
      }
      case PORTS -> throw new IllegalStateException("ports are no part of a request");
    }
  }

  private void key(String key, String value, String policyNamespace) {
    switch (key) {
      case "source.ip" -> source(SourceAttribute.IP_BLOCKS, value, policyNamespace);
      case "source.namespace" -> source(SourceAttribute.NAMESPACES, value, policyNamespace);
      case "source.principal" -> source(SourceAttribute.PRINCIPALS, value, policyNamespace);
      case "source.serviceAccount" ->
          source(SourceAttribute.SERVICE_ACCOUNTS, value, policyNamespace);
      case "source.trustDomain" -> source(SourceAttribute.TRUST_DOMAINS, value, policyNamespace);
      case "destination.port" -> port(value);
      default -> {
        String header = Keys.header(key);
        if (header != null && asked.http().isPresent()) {
          add(Candidate.header(asked.http().get(), header, Samples.text(value)));
          add(Candidate.header(asked.http().get(), header, ""));
        }
      }
    }
  }

  private void port(String value) {
    if (asked.to() instanceof Target.OfWorkload(var namespace, var name, var _, var address)) {
      var target = new Target.OfWorkload(namespace, name, Integer.parseInt(value), address);
      add(Candidate.target(asked.to(), target));
    }
  }

  /// The Services with a waypoint that lead to the same workloads.
  private void targets() {
    for (LinkedService service : mesh.sortedServices()) {
      if (service.waypoint().isPresent() && leadsToTheSame(service)) {
        for (var port : service.ports()) {
          add(
              Candidate.target(
                  asked.to(),
                  new Target.OfService(
                      service.namespace(), service.name(), port.port(), Optional.empty())));
        }
      }
    }
  }

  private boolean leadsToTheSame(LinkedService service) {
    return switch (asked.to()) {
      case Target.OfWorkload target ->
          mesh.workloads().stream()
              .filter(
                  workload -> workload.syntax().metadata().namespace().equals(target.namespace()))
              .filter(workload -> workload.syntax().metadata().name().equals(target.name()))
              .anyMatch(workload -> workload.services().contains(service));
      case Target.OfService target ->
          mesh.workloads().stream()
              .filter(workload -> workload.services().contains(service))
              .anyMatch(workload ->
                  workload.services().stream()
                      .anyMatch(other ->
                          other.namespace().equals(target.namespace())
                              && other.name().equals(target.name())));
    };
  }
}
