package dev.sluice.engine.generate;

import static dev.sluice.engine.generate.Values.match;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.MtlsRequirement;
import dev.sluice.engine.policy.PathTemplate;
import dev.sluice.engine.policy.PeerAuthentication;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/// Conditions of all kinds, policies, guards and sets of them.
public final class Policies {

  private static final List<List<String>> CLAIMS =
      List.of(List.of("iss"), List.of("sub"), List.of("groups"), List.of("realm", "roles"));

  private Policies() {}

  /// Any leaf.
  public static Arbitrary<Condition> leaf() {
    return Arbitraries.oneOf(connectionLeaf(), requestLeaf());
  }

  static Arbitrary<Condition> connectionLeaf() {
    return Arbitraries.<Condition>oneOf(
        match(Values.identity().map(SpiffeId::principal)).map(Condition.Principal::new),
        match(List.of("cluster.local/ns/shop/sa/web", "nonsense")).map(Condition.Principal::new),
        match(Values.NAMESPACES).map(Condition.PeerNamespace::new),
        match(Values.DOMAINS).map(Condition.PeerTrustDomain::new),
        Combinators.combine(Arbitraries.of(Values.NAMESPACES), Arbitraries.of(Values.ACCOUNTS))
            .as(Condition.PeerServiceAccount::new),
        Values.block().map(Condition.SourceAddress::new),
        Values.block().map(Condition.WorkloadAddress::new),
        Values.block().map(Condition.ServiceAddress::new),
        Arbitraries.of(Values.PORTS).map(Condition.WorkloadPort::new),
        Arbitraries.of(Values.PORTS).map(Condition.ServicePort::new));
  }

  static Arbitrary<Condition> requestLeaf() {
    return Arbitraries.<Condition>oneOf(
        match(Values.PATHS).map(Condition.Path::new),
        match(Values.PATHS).map(Condition.Path::new),
        Arbitraries.of(Values.TEMPLATES).map(PathTemplate::parse).map(Condition.TemplatedPath::new),
        match(Values.METHODS).map(Condition.Method::new),
        match(Values.HOSTS).map(Condition.Host::new),
        Combinators.combine(Arbitraries.of("x-a", "x-b"), match(Values.TEXTS))
            .as(Condition.Header::new),
        Combinators.combine(match(Values.TEXTS), match(Values.TEXTS))
            .as(Condition.RequestPrincipal::new),
        Combinators.combine(Arbitraries.of(CLAIMS), match(Values.TEXTS)).as(Condition.Claim::new));
  }

  /// A tree up to `depth` levels above its leaves.
  public static Arbitrary<Condition> condition(int depth) {
    return condition(depth, leaf());
  }

  private static Arbitrary<Condition> condition(int depth, Arbitrary<Condition> leaves) {
    if (depth == 0) {
      return leaves;
    }
    Arbitrary<Condition> below = condition(depth - 1, leaves);
    return Arbitraries.frequencyOf(
        Tuple.of(3, leaves),
        Tuple.of(3, below.list().ofMaxSize(3).map(Condition.AllOf::new)),
        Tuple.of(3, below.list().ofMaxSize(3).map(Condition.AnyOf::new)),
        Tuple.of(2, below.map(Condition.Not::new)));
  }

  private static Arbitrary<Condition> ruleShaped() {
    Arbitrary<Condition> field = leaf().list().ofMinSize(1).ofMaxSize(3).map(Condition.AnyOf::new);
    Arbitrary<Condition> part =
        Arbitraries.frequencyOf(Tuple.of(4, field), Tuple.of(1, field.map(Condition.Not::new)));
    Arbitrary<Condition> source = part.list().ofMinSize(1).ofMaxSize(2).map(Condition.AllOf::new);
    Arbitrary<Condition> any = source.list().ofMinSize(1).ofMaxSize(2).map(Condition.AnyOf::new);
    return any.list().ofMaxSize(3).map(Condition.AllOf::new);
  }

  static Arbitrary<Scope> scope() {
    Arbitrary<String> namespaces = Arbitraries.of(Values.NAMESPACES);
    var labels =
        Arbitraries.maps(Arbitraries.of("app", "v"), Arbitraries.of("a", "b")).ofMaxSize(2);
    return Arbitraries.oneOf(
        Arbitraries.just(new Scope.Mesh()),
        namespaces.map(Scope.InNamespace::new),
        Combinators.combine(namespaces, labels).as(Scope.Selected::new),
        labels.map(Scope.SelectedAnywhere::new),
        target().list().ofMaxSize(2).map(Scope.Addressed::new));
  }

  private static Arbitrary<Scope.Target> target() {
    Arbitrary<String> namespaces = Arbitraries.of(Values.NAMESPACES);
    Arbitrary<String> names = Arbitraries.of("orders", "gate");
    return Arbitraries.oneOf(
        Combinators.combine(namespaces, names).as(Scope.Target.Service::new),
        Combinators.combine(namespaces, names).as(Scope.Target.ServiceEntry::new),
        Combinators.combine(namespaces, names).as(Scope.Target.Waypoint::new),
        Arbitraries.just(new Scope.Target.AllWaypoints()));
  }

  /// A policy with up to three rules of up to `depth` levels, half of them shaped as lowering does.
  public static Arbitrary<AuthorizationPolicy> policy(int depth) {
    return Combinators.combine(
            Values.id("AuthorizationPolicy"),
            scope(),
            Arbitraries.of(AuthorizationPolicy.Action.class),
            Arbitraries.oneOf(condition(depth), ruleShaped()).list().ofMaxSize(3))
        .as((id, scope, action, conditions) ->
            new AuthorizationPolicy(id, scope, action, numbered(conditions)));
  }

  private static List<AuthorizationPolicy.Rule> numbered(List<Condition> conditions) {
    return IntStream.range(0, conditions.size())
        .mapToObj(i -> new AuthorizationPolicy.Rule(i, conditions.get(i)))
        .toList();
  }

  static Arbitrary<PeerAuthentication> peerAuthentication() {
    return Combinators.combine(
            Values.id("PeerAuthentication"),
            scope(),
            Arbitraries.of(PeerAuthentication.Mode.class),
            Arbitraries.maps(
                    Arbitraries.of(Values.PORTS), Arbitraries.of(PeerAuthentication.Mode.class))
                .ofMaxSize(2))
        .as(PeerAuthentication::new);
  }

  static Arbitrary<Guard> guard() {
    var admission = Combinators.combine(Values.identity(), Values.ports()).as(Guard.Admission::new);
    return Combinators.combine(
            Values.id("Guard"),
            scope(),
            admission.list().ofMaxSize(2),
            Values.ports(),
            match(Values.identity().map(SpiffeId::principal)).list().ofMaxSize(2))
        .as(Guard::new);
  }

  /// Everything that applies to one destination.
  public static Arbitrary<PolicySet> set() {
    return Combinators.combine(
            policy(2).list().ofMaxSize(5),
            Arbitraries.frequencyOf(
                Tuple.of(1, peerAuthentication().list().ofMaxSize(3)),
                Tuple.of(1, Arbitraries.just(List.<PeerAuthentication>of()))),
            Arbitraries.frequencyOf(
                Tuple.of(1, guard().list().ofMaxSize(2)),
                Tuple.of(2, Arbitraries.just(List.<Guard>of()))))
        .as((policies, modes, guards) ->
            new PolicySet(distinct(policies), List.of(), MtlsRequirement.resolve(modes), guards));
  }

  /// Gives every policy its own name, so that a cause names one rule.
  private static List<AuthorizationPolicy> distinct(List<AuthorizationPolicy> policies) {
    var result = new ArrayList<AuthorizationPolicy>();
    for (AuthorizationPolicy policy : policies) {
      var id =
          new dev.sluice.engine.policy.PolicyId("AuthorizationPolicy", "shop", "p" + result.size());
      result.add(new AuthorizationPolicy(id, policy.scope(), policy.action(), policy.rules()));
    }
    return result;
  }
}
