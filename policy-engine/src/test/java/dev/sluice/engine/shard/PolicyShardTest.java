package dev.sluice.engine.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.generate.Policies;
import dev.sluice.engine.generate.Shards;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PolicyShardTest {

  private static final Destination API = Destination.direct("shop", Map.of("app", "api"));

  @Provide
  Arbitrary<PolicyShard> shards() {
    return Shards.shard();
  }

  @Provide
  Arbitrary<List<AuthorizationPolicy>> trials() {
    return Policies.policy(2).list().ofMaxSize(4);
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void what_is_enforced_does_not_depend_on_what_is_on_trial(
      @ForAll("shards") PolicyShard shard, @ForAll("trials") List<AuthorizationPolicy> trials) {
    for (Destination destination : List.of(API, Destination.direct("a", Map.of("k", "v")))) {
      assertThat(shard.withShadow(trials).slice(destination)).isEqualTo(shard.slice(destination));
    }
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void the_part_for_a_namespace_gives_its_destinations_what_the_whole_gives(
      @ForAll("shards") PolicyShard shard) {
    Set<Scope.Target> targets =
        Set.of(
            new Scope.Target.Service("pay", "orders"),
            new Scope.Target.Waypoint("pay", "gate"),
            new Scope.Target.AllWaypoints());
    for (String namespace : List.of("shop", "pay")) {
      for (Set<Scope.Target> addressed : List.of(Set.<Scope.Target>of(), targets)) {
        for (String label : List.of("a", "b", "c")) {
          var destination = new Destination(namespace, Map.of("app", label), addressed);
          assertThat(shard.within(namespace).slice(destination))
              .isEqualTo(shard.slice(destination));
          assertThat(shard.within(namespace).shadow(destination))
              .isEqualTo(shard.shadow(destination));
        }
      }
    }
  }

  @Test
  void policies_on_trial_are_found_by_destination() {
    PolicyId id = new PolicyId("AuthorizationPolicy", "shop", "trial");
    var here = new AuthorizationPolicy(id, new Scope.InNamespace("shop"), Action.ALLOW, List.of());
    var elsewhere =
        new AuthorizationPolicy(id, new Scope.InNamespace("pay"), Action.ALLOW, List.of());
    PolicyShard shard = Shards.shard().sample().withShadow(List.of(here, elsewhere));

    assertThat(shard.shadow(API)).containsExactly(here);
  }
}
