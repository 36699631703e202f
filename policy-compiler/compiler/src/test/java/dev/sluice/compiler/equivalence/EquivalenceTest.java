package dev.sluice.compiler.equivalence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.equivalence.Composite.Outcome;
import dev.sluice.compiler.equivalence.World.Compiled;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.settings.MeshSettings.OnMissingWaypoint;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.shard.PolicyShard;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// Intent equals composite on every path, over generated policies, topologies and requests.
class EquivalenceTest {

  private static final int ATTEMPTS = 60;

  @Property(tries = 3000)
  void intent_equals_composite_on_every_path(@ForAll long seed) {
    differing(seed, UnaryOperator.identity())
        .ifPresent(difference -> {
          throw new AssertionError(difference);
        });
  }

  @Property(tries = 1000)
  void lowering_without_waypoint_is_never_weaker_than_the_intent(@ForAll long seed) {
    World world = new Generator(new Random(seed)).world();
    MeshSettings defaults = MeshSettings.defaults();
    var lenient =
        new MeshSettings(
            defaults.trustDomain(),
            defaults.trustDomainAliases(),
            defaults.rootNamespace(),
            defaults.clusterDomain(),
            defaults.pathNormalization(),
            OnMissingWaypoint.DENY,
            defaults.extensionProviders(),
            defaults.bundle(),
            defaults.suppressions());
    Optional<Compiled> compiled = world.compile(lenient);
    if (compiled.isPresent()) {
      var attempts = new AttemptGenerator(new Random(seed + 1), world);
      for (int i = 0; i < ATTEMPTS; i++) {
        Attempt attempt = attempts.attempt();
        // a declared exemption from a guard is an admission of its own
        boolean exempt = new Intent(world).isExempt(attempt);
        if (!exempt && new Composite(compiled.get()).decide(attempt) == Outcome.ALLOW) {
          assertThat(new Intent(world).withoutGuards(attempt))
              .as("seed %s: %s in %s", seed, attempt, world)
              .isEqualTo(Outcome.ALLOW);
        }
      }
    }
  }

  @Test
  void most_generated_worlds_compile_and_both_outcomes_are_common() {
    int compiled = 0;
    int allowed = 0;
    int refused = 0;
    for (long seed = 0; seed < 300; seed++) {
      World world = new Generator(new Random(seed)).world();
      if (world.compile().isPresent()) {
        compiled++;
        var attempts = new AttemptGenerator(new Random(seed), world);
        for (int i = 0; i < ATTEMPTS; i++) {
          if (new Intent(world).decide(attempts.attempt()) == Outcome.ALLOW) {
            allowed++;
          } else {
            refused++;
          }
        }
      }
    }
    assertThat(compiled).isGreaterThan(120);
    assertThat(allowed).isGreaterThan(1000);
    assertThat(refused).isGreaterThan(1000);
  }

  @Test
  void the_property_fails_when_guards_do_not_refuse() {
    assertCaught(compiled ->
        ztunnel(compiled, shard -> withGuards(shard, guard -> guard.refuses().isEmpty())));
  }

  @Test
  void the_property_fails_when_waypoints_are_not_admitted() {
    assertCaught(compiled ->
        ztunnel(compiled, shard -> withGuards(shard, guard -> guard.admits().isEmpty())));
  }

  @Test
  void the_property_fails_when_the_waypoint_lacks_a_denying_policy() {
    assertCaught(compiled ->
        new Compiled(
            compiled.ztunnel(),
            withPolicies(compiled.waypoint(), action -> action == Action.ALLOW)));
  }

  @Test
  void the_property_fails_when_ztunnel_lacks_an_allowing_policy() {
    assertCaught(compiled ->
        ztunnel(compiled, shard -> withPolicies(shard, action -> action == Action.DENY)));
  }

  private static void assertCaught(UnaryOperator<Compiled> mutation) {
    assertThat(
            Stream.iterate(0L, seed -> seed + 1)
                .limit(2000)
                .anyMatch(seed -> differing(seed, mutation).isPresent()))
        .isTrue();
  }

  /// The first attempt of the seed's world on which intent and composite differ.
  private static Optional<String> differing(long seed, UnaryOperator<Compiled> mutation) {
    World world = new Generator(new Random(seed)).world();
    Optional<Compiled> compiled = world.compile().map(mutation);
    if (compiled.isEmpty()) {
      return Optional.empty();
    }
    var attempts = new AttemptGenerator(new Random(seed + 1), world);
    for (int i = 0; i < ATTEMPTS; i++) {
      Attempt attempt = attempts.attempt();
      Outcome intent = new Intent(world).decide(attempt);
      Outcome composite = new Composite(compiled.get()).decide(attempt);
      if (intent != composite) {
        return Optional.of(
            "seed %d: intent %s, composite %s for %s%npolicies %s%nservices %s"
                .formatted(seed, intent, composite, attempt, world.policies(), world.services()));
      }
    }
    return Optional.empty();
  }

  private static Compiled ztunnel(Compiled compiled, UnaryOperator<PolicyShard> mutation) {
    return new Compiled(mutation.apply(compiled.ztunnel()), compiled.waypoint());
  }

  private static PolicyShard withGuards(
      PolicyShard shard, Predicate<dev.sluice.engine.policy.Guard> keep) {
    return new PolicyShard(
        shard.point(),
        shard.mesh(),
        shard.policies(),
        shard.peerAuthentications(),
        shard.requestAuthentications(),
        shard.guards().stream().filter(keep).toList(),
        shard.bindings(),
        shard.routes());
  }

  private static PolicyShard withPolicies(PolicyShard shard, Predicate<Action> keep) {
    return new PolicyShard(
        shard.point(),
        shard.mesh(),
        List.copyOf(
            shard.policies().stream().filter(policy -> keep.test(policy.action())).toList()),
        shard.peerAuthentications(),
        shard.requestAuthentications(),
        shard.guards(),
        shard.bindings(),
        shard.routes());
  }
}
