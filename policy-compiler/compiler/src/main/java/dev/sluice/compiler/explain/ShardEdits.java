package dev.sluice.compiler.explain;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Rule;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Condition.AllOf;
import dev.sluice.engine.policy.Condition.AnyOf;
import dev.sluice.engine.policy.Condition.Not;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.PeerAuthentication;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.shard.PolicyShard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Shards with one policy changed, for asking what if.
final class ShardEdits {

  private ShardEdits() {}

  /// With one field of one rule that always holds.
  @SuppressWarnings("ReferenceEquality") // equal fields of other rules stay as they are
  static List<PolicyShard> widen(List<PolicyShard> shards, Clause clause) {
    return policies(
        shards,
        policy ->
            new AuthorizationPolicy(
                policy.id(),
                policy.scope(),
                policy.action(),
                policy.rules().stream()
                    .map(rule ->
                        new Rule(rule.index(), replaced(rule.condition(), clause.condition())))
                    .toList()));
  }

  /// Conditions are shared between the shards, so the very object is the field.
  @SuppressWarnings("ReferenceEquality")
  private static Condition replaced(Condition tree, Condition field) {
    if (tree == field) {
      return Condition.always();
    }
    return switch (tree) {
      case AllOf(var terms) ->
          new AllOf(terms.stream().map(term -> replaced(term, field)).toList());
      case AnyOf(var terms) ->
          new AnyOf(terms.stream().map(term -> replaced(term, field)).toList());
      case Not(var term) -> new Not(replaced(term, field));
      case Condition.L4 leaf -> leaf;
      case Condition.L7 leaf -> leaf;
    };
  }

  /// Without one rule.
  static List<PolicyShard> withoutRule(List<PolicyShard> shards, PolicyId id, int index) {
    return policies(
        shards,
        policy ->
            policy.id().equals(id)
                ? new AuthorizationPolicy(
                    policy.id(),
                    policy.scope(),
                    policy.action(),
                    policy.rules().stream().filter(rule -> rule.index() != index).toList())
                : policy);
  }

  private static List<PolicyShard> policies(
      List<PolicyShard> shards, UnaryOperator<AuthorizationPolicy> edit) {
    return shards.stream()
        .map(shard ->
            with(
                shard,
                shard.policies().stream().map(edit).toList(),
                shard.peerAuthentications(),
                shard.guards()))
        .toList();
  }

  /// With a principal that is exempt from a guard.
  static List<PolicyShard> exempt(List<PolicyShard> shards, PolicyId id, SpiffeId principal) {
    UnaryOperator<Guard> edit =
        guard -> {
          List<StringMatch> exempt = new ArrayList<>(guard.exempt());
          exempt.add(new StringMatch.Exact(principal.principal()));
          return guard.id().equals(id)
              ? new Guard(guard.id(), guard.scope(), guard.admits(), guard.refuses(), exempt)
              : guard;
        };
    return shards.stream()
        .map(shard ->
            with(
                shard,
                shard.policies(),
                shard.peerAuthentications(),
                shard.guards().stream().map(edit).toList()))
        .toList();
  }

  /// With a PeerAuthentication that accepts plaintext.
  static List<PolicyShard> permissive(List<PolicyShard> shards, PolicyId id) {
    UnaryOperator<PeerAuthentication> edit =
        policy ->
            policy.id().equals(id)
                ? new PeerAuthentication(policy.id(), policy.scope(), Mode.PERMISSIVE, Map.of())
                : policy;
    return shards.stream()
        .map(shard ->
            with(
                shard,
                shard.policies(),
                shard.peerAuthentications().stream().map(edit).toList(),
                shard.guards()))
        .toList();
  }

  private static PolicyShard with(
      PolicyShard shard,
      List<AuthorizationPolicy> policies,
      List<PeerAuthentication> peers,
      List<Guard> guards) {
    return new PolicyShard(
        shard.point(),
        shard.mesh(),
        policies,
        peers,
        shard.requestAuthentications(),
        guards,
        shard.bindings(),
        shard.routes(),
        shard.shadow());
  }
}
