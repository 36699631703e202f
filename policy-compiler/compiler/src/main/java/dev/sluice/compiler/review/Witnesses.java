package dev.sluice.compiler.review;

import dev.sluice.compiler.diagnostic.Witness;
import dev.sluice.compiler.diagnostic.Witness.Caller;
import dev.sluice.compiler.diagnostic.Witness.Decision;
import dev.sluice.compiler.diagnostic.Witness.Request;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy.ResolvedTarget;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.review.Overview.Group;
import dev.sluice.compiler.space.Answer;
import dev.sluice.compiler.space.Effort;
import dev.sluice.compiler.space.Point;
import dev.sluice.compiler.space.Realm;
import dev.sluice.compiler.space.Space;
import dev.sluice.compiler.space.Vocabulary;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Peer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Makes concrete requests for findings, from what a rule matches and what the tree names.
final class Witnesses {

  /// Identities of the tree that are tried as callers.
  private static final int CALLERS = 16;

  private static final int STEPS = 500_000;

  private final LinkedMesh mesh;
  private final List<SpiffeId> callers;
  private final List<String> hosts;

  Witnesses(LinkedMesh mesh) {
    this.mesh = mesh;
    callers =
        mesh.workloads().stream()
            .map(workload -> identity(mesh, workload))
            .distinct()
            .limit(CALLERS)
            .toList();
    hosts =
        mesh.sortedServices().stream()
            .map(service -> service.name() + "." + service.namespace())
            .limit(CALLERS)
            .toList();
  }

  /// The names that witnesses are made of.
  record Known(List<SpiffeId> callers, List<String> hosts) {}

  Known known() {
    return new Known(callers, hosts);
  }

  static SpiffeId identity(LinkedMesh mesh, LinkedWorkload workload) {
    return new SpiffeId(
        mesh.settings().trustDomain(),
        workload.syntax().metadata().namespace(),
        workload.syntax().serviceAccount());
  }

  /// A request that a rule matches and that is denied; empty when none can be written down.
  Optional<Witness> refused(ReviewedRule rule) {
    return example(rule.condition())
        .filter(point -> point.token() == Point.Token.ABSENT)
        .map(point ->
            new Witness(
                caller(point.peer()),
                destination(rule, point),
                request(rule, point),
                Decision.DENY));
  }

  /// A workload of the tree that calls another one of its namespace, or else plaintext.
  Caller anyCaller(LinkedWorkload called) {
    String namespace = called.syntax().metadata().namespace();
    SpiffeId own = identity(mesh, called);
    return callers.stream()
        .filter(id -> !id.equals(own))
        .min(Comparator.comparing(id -> !id.namespace().equals(namespace)))
        .<Caller>map(id -> new Caller.Principal(id.principal()))
        .orElseGet(Caller.Plaintext::new);
  }

  /// A caller of the tree, or else plaintext, that a workload of the group refuses.
  Optional<Witness> refused(Group group) {
    LinkedWorkload workload = group.workloads().getFirst();
    List<Peer> peers =
        Stream.concat(callers.stream().<Peer>map(Peer.Identified::new), Stream.of(Peer.anonymous()))
            .toList();
    for (int port : Overview.ports(workload)) {
      Connection plaintext = PlaintextHoles.plaintext(port);
      for (Peer peer : peers) {
        var dial = new Connection(peer, plaintext.source(), plaintext.workload(), null);
        if (!group.decider().decide(dial).allows()) {
          return Optional.of(
              Witness.connection(caller(peer), destination(workload, port), Decision.DENY));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Point> example(Condition condition) {
    Realm realm =
        Realm.of(mesh.settings().pathNormalization())
            .withIdentities(callers)
            .withHosts(hosts)
            .withPorts(List.of(8080));
    return switch (Space.explore(
        Vocabulary.of(List.of(condition)),
        realm,
        Effort.of(STEPS),
        space -> space.of(condition).example())) {
      case Answer.Exact<Optional<Point>>(var point) -> point;
      case Answer.Undecided<Optional<Point>> _ -> Optional.empty();
    };
  }

  static Caller caller(Peer peer) {
    return switch (peer) {
      case Peer.Identified(SpiffeId id) -> new Caller.Principal(id.principal());
      case Peer.Anonymous() -> new Caller.Plaintext();
    };
  }

  private static Optional<Request> request(ReviewedRule rule, Point point) {
    var operation = point.operation();
    return rule.rule().needsHttp()
        ? Optional.of(
            new Request(
                operation.method(), operation.host(), operation.path(), operation.headers()))
        : Optional.empty();
  }

  private Witness.Destination destination(ReviewedRule rule, Point point) {
    Optional<LinkedService> service =
        rule.policy().targets().stream().flatMap(Witnesses::services).findFirst();
    if (service.isPresent() && !service.get().ports().isEmpty()) {
      int port = service.get().ports().getFirst().port();
      return new Witness.Destination.Service(
          service.get().reference().toString(),
          point.service().map(address -> address.port()).orElse(port));
    }
    return mesh.workloadsIn(rule.policy().scope()).stream()
        .findFirst()
        .map(workload -> destination(workload, point.workload().port()))
        .orElseGet(() ->
            new Witness.Destination.Described(
                "what AuthorizationPolicy "
                    + rule.metadata().namespace()
                    + "/"
                    + rule.metadata().name()
                    + " covers"));
  }

  /// A workload dialled directly.
  static Witness.Destination destination(LinkedWorkload workload, int port) {
    var metadata = workload.syntax().metadata();
    return new Witness.Destination.Workload(
        metadata.kind(), metadata.namespace() + "/" + metadata.name(), port);
  }

  private static Stream<LinkedService> services(ResolvedTarget target) {
    return target instanceof ResolvedTarget.OfService(var service, var _)
        ? Stream.of(service)
        : Stream.empty();
  }
}
