package dev.sluice.compiler.equivalence;

import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.ResolvedTarget;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Rule;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Condition.AllOf;
import dev.sluice.engine.policy.Condition.AnyOf;
import dev.sluice.engine.policy.Condition.Not;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.Guard.Admission;
import dev.sluice.engine.policy.PeerAuthentication;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import dev.sluice.engine.policy.PortSet;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.shard.PolicyShard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Changes to shards, for faults.
final class Edits {

  static final SpiffeId PROMETHEUS = SpiffeId.of("cluster.local", "istio-system", "prometheus");

  private Edits() {}

  static List<Guard> refusing(Guard guard, PortSet ports) {
    return List.of(new Guard(guard.id(), guard.scope(), guard.admits(), ports, guard.exempt()));
  }

  static List<Guard> exempting(Guard guard, List<StringMatch> exempt) {
    return List.of(new Guard(guard.id(), guard.scope(), guard.admits(), guard.refuses(), exempt));
  }

  static List<Guard> admitting(Guard guard, List<Admission> admits) {
    return List.of(new Guard(guard.id(), guard.scope(), admits, guard.refuses(), guard.exempt()));
  }

  /// The same number of ports, each one further up.
  static PortSet next(PortSet ports) {
    return switch (ports) {
      case PortSet.Ports(var listed) -> PortSet.of(listed.stream().map(port -> port + 1).toList());
      case PortSet.AllExcept(var open) ->
          PortSet.allExcept(open.stream().map(port -> port + 1).toList());
    };
  }

  static List<PeerAuthentication> peer(
      PeerAuthentication policy, Scope scope, Mode mode, Map<Integer, Mode> ports) {
    return List.of(new PeerAuthentication(policy.id(), scope, mode, ports));
  }

  static boolean addresses(AuthorizationPolicy policy, Class<? extends Scope.Target> kind) {
    return policy.scope() instanceof Scope.Addressed(var targets)
        && targets.stream().anyMatch(kind::isInstance);
  }

  static PolicyShard addressedToAll(PolicyShard shard) {
    return mapped(
        shard,
        policy ->
            policy.scope() instanceof Scope.Addressed
                ? new AuthorizationPolicy(
                    policy.id(), new Scope.Mesh(), policy.action(), policy.rules())
                : policy);
  }

  /// A waypoint that knows the policies of the namespaces it serves only.
  static PolicyShard withoutPoliciesOfBackends(PolicyShard shard) {
    var served =
        shard.bindings().stream()
            .map(PolicyShard.WaypointBinding::serviceNamespace)
            .collect(Collectors.toSet());
    return policies(
        shard,
        policy ->
            switch (policy.scope()) {
              case Scope.InNamespace(var namespace) -> served.contains(namespace);
              case Scope.Selected(var namespace, var _) -> served.contains(namespace);
              case Scope.Mesh _, Scope.SelectedAnywhere _, Scope.Addressed _ -> true;
            });
  }

  static PolicyShard withoutTokens(PolicyShard shard) {
    return new PolicyShard(
        shard.point(),
        shard.mesh(),
        shard.policies(),
        shard.peerAuthentications(),
        List.of(),
        shard.guards(),
        shard.bindings(),
        shard.routes());
  }

  /// Admits each Service's own waypoint only.
  static PolicyShard withoutRoutedAdmissions(PolicyShard shard, PlacedMesh placed) {
    return guards(
        shard,
        guard ->
            admitting(
                guard,
                guard.admits().stream()
                    .filter(admission ->
                        placed
                            .mesh()
                            .service(
                                guard.id().namespace(),
                                guard.id().name().replaceFirst("^service-", ""))
                            .flatMap(LinkedService::waypoint)
                            .filter(own -> own.identity().equals(admission.waypoint()))
                            .isPresent())
                    .toList()));
  }

  /// Hides what tells workloads with sidecars, and those outside the mesh, from others.
  static List<Document> allAmbient(List<Document> documents) {
    return documents.stream()
        .map(document -> document instanceof Workload workload ? ambient(workload) : document)
        .toList();
  }

  private static Workload ambient(Workload workload) {
    var labels = new HashMap<>(workload.podLabels());
    labels.keySet().removeAll(List.of("sidecar.istio.io/inject", "istio.io/dataplane-mode"));
    return new Workload(
        workload.metadata(),
        labels,
        workload.podAnnotations(),
        workload.serviceAccount(),
        workload.namedPorts(),
        workload.network(),
        workload.containers());
  }

  static PolicyShard guards(PolicyShard shard, Function<Guard, List<Guard>> change) {
    return new PolicyShard(
        shard.point(),
        shard.mesh(),
        shard.policies(),
        shard.peerAuthentications(),
        shard.requestAuthentications(),
        shard.guards().stream().flatMap(guard -> change.apply(guard).stream()).toList(),
        shard.bindings(),
        shard.routes());
  }

  static PolicyShard peers(
      PolicyShard shard, Function<PeerAuthentication, List<PeerAuthentication>> change) {
    return new PolicyShard(
        shard.point(),
        shard.mesh(),
        shard.policies(),
        shard.peerAuthentications().stream()
            .flatMap(policy -> change.apply(policy).stream())
            .toList(),
        shard.requestAuthentications(),
        shard.guards(),
        shard.bindings(),
        shard.routes());
  }

  static PolicyShard policies(PolicyShard shard, Predicate<AuthorizationPolicy> keep) {
    return withPolicies(shard, shard.policies().stream().filter(keep).toList());
  }

  static PolicyShard mapped(PolicyShard shard, UnaryOperator<AuthorizationPolicy> change) {
    return withPolicies(shard, shard.policies().stream().map(change).toList());
  }

  static PolicyShard withPolicies(PolicyShard shard, List<AuthorizationPolicy> policies) {
    return new PolicyShard(
        shard.point(),
        shard.mesh(),
        policies,
        shard.peerAuthentications(),
        shard.requestAuthentications(),
        shard.guards(),
        shard.bindings(),
        shard.routes());
  }

  /// Changes every leaf of every condition.
  static PolicyShard conditions(PolicyShard shard, UnaryOperator<Condition> leaf) {
    return mapped(
        shard,
        policy ->
            new AuthorizationPolicy(
                policy.id(),
                policy.scope(),
                policy.action(),
                policy.rules().stream()
                    .map(rule -> new Rule(rule.index(), leaves(rule.condition(), leaf)))
                    .toList()));
  }

  private static Condition leaves(Condition condition, UnaryOperator<Condition> change) {
    return switch (condition) {
      case AllOf(var terms) -> new AllOf(terms.stream().map(term -> leaves(term, change)).toList());
      case AnyOf(var terms) -> new AnyOf(terms.stream().map(term -> leaves(term, change)).toList());
      case Not(var term) -> new Not(leaves(term, change));
      case Condition.L4 leaf -> change.apply(leaf);
      case Condition.L7 leaf -> change.apply(leaf);
    };
  }

  /// Gives ztunnel the policies with targetRefs to Services as if they selected the endpoints.
  static PolicyShard alsoAtZtunnel(PolicyShard shard, PlacedMesh placed) {
    var policies = new ArrayList<>(shard.policies());
    for (LinkedPolicy policy : placed.mesh().policies()) {
      if (policy instanceof LinkedPolicy.Authorization ap && !ap.syntax().isDryRun()) {
        for (ResolvedTarget target : ap.targets()) {
          if (target instanceof ResolvedTarget.OfService(var service, var _)) {
            policies.add(
                new AuthorizationPolicy(
                    ap.id(),
                    new Scope.Selected(service.namespace(), service.selector()),
                    ap.action(),
                    ap.rules().stream()
                        .filter(rule -> !rule.needsHttp())
                        .map(rule -> new Rule(rule.index(), rule.condition()))
                        .toList()));
          }
        }
      }
    }
    return withPolicies(shard, policies);
  }
}
