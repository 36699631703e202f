package dev.sluice.compiler.equivalence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sluice.compiler.equivalence.Check.Difference;
import dev.sluice.compiler.equivalence.Composite.Outcome;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Intent equals composite on every path, over generated policies, topologies and requests.
///
/// A case is one world that compiles, with {@value Check#ATTEMPTS} attempts on its paths.
/// `-Dequivalence.cases=N` runs more of them, `-Dequivalence.seed=S` the same ones again.
class EquivalenceTest {

  private static final long CASES = Long.getLong("equivalence.cases", 20_000);
  private static final long SEED = Long.getLong("equivalence.seed", new Random().nextInt());

  @Test
  void intent_equals_composite_on_every_path() {
    var cases = new AtomicLong();
    LongStream.iterate(SEED, seed -> seed + 1)
        .limit(CASES)
        .parallel()
        .forEach(seed -> {
          Check check = Check.of(Generator.of(seed).sound());
          check.difference(seed).ifPresent(found -> fail(report(check.world(), seed, found)));
          check
              .untruths()
              .forEach(untruth ->
                  fail("seed " + seed + ": " + untruth + "\n" + Yaml.files(check.world())));
          cases.incrementAndGet();
        });
    assertThat(cases).hasValue(CASES);
  }

  @Test
  void lowering_without_waypoint_is_never_weaker_than_the_intent() {
    LongStream.iterate(SEED, seed -> seed + 1)
        .limit(CASES / 4)
        .parallel()
        .forEach(seed -> {
          Check check = Check.of(Generator.of(seed).lenient().sound());
          check
              .weakness(seed)
              .ifPresent(attempt ->
                  fail("seed " + seed + "\n" + Yaml.failure(check.world(), attempt, Outcome.DENY)));
        });
  }

  @Test
  void both_outcomes_are_common_on_both_paths() {
    int allowed = 0;
    int through = 0;
    for (long seed = 0; seed < 300; seed++) {
      World world = Generator.of(seed).sound().world();
      var attempts = new AttemptGenerator(new Random(seed), world);
      for (int i = 0; i < Check.ATTEMPTS; i++) {
        Attempt attempt = attempts.attempt();
        allowed += new Intent(world).decide(attempt) == Outcome.ALLOW ? 1 : 0;
        through += attempt.path() instanceof Attempt.Path.ThroughWaypoint ? 1 : 0;
      }
    }
    assertThat(allowed).isBetween(2_000, 16_000);
    assertThat(through).isBetween(2_000, 16_000);
  }

  /// The smallest world that still shows it, as files and a test.
  private static String report(World world, long seed, Difference found) {
    World smallest =
        Shrinker.shrink(world, other -> Check.of(other, Fault.NONE).differsOn(found.attempt()));
    return "seed %d: intent %s, composite %s%n%s"
        .formatted(
            seed,
            found.intent(),
            found.composite(),
            Yaml.failure(smallest, found.attempt(), found.intent()));
  }
}
