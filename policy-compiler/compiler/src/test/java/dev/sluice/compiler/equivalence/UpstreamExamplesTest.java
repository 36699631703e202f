package dev.sluice.compiler.equivalence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.equivalence.World.Sound;
import dev.sluice.compiler.place.Placement;
import dev.sluice.compiler.upstream.UpstreamExample;
import dev.sluice.compiler.upstream.UpstreamExamples;
import dev.sluice.compiler.walk.Outcome;
import dev.sluice.compiler.walk.Walk;
import dev.sluice.engine.shard.PolicyShard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Where Istio would decide differently, the plan has a request that shows it, and what it says of
/// our own decision is what the proxies decide.
class UpstreamExamplesTest {

  @Test
  void most_differences_have_an_example_and_every_example_is_true() {
    int differences = 0;
    int found = 0;
    for (long seed = 0; seed < 300; seed++) {
      Sound sound = Generator.of(seed).sound();
      List<PolicyShard> shards = new ArrayList<>(sound.compiled().waypoints().values());
      shards.addFirst(sound.compiled().ztunnel());
      var placed = sound.compiled().placed();
      UpstreamExamples examples = UpstreamExamples.of(placed, shards).orElseThrow();
      Walk walk = Walk.of(placed, shards);
      for (Placement placement : placed.placements()) {
        Optional<UpstreamExample> example = examples.of(placement);
        if (placement.upstreamDiffers().isPresent() && !placement.isOnTrial()) {
          differences++;
        } else {
          assertThat(example).isEmpty();
        }
        if (example.isPresent()) {
          found++;
          UpstreamExample shown = example.get();
          assertThat(shown.ours()).isNotEqualTo(shown.upstream());
          assertThat(walk.answer(shown.asked()))
              .isInstanceOfSatisfying(
                  Outcome.Answered.class,
                  answered -> assertThat(answered.decision()).isEqualTo(shown.ours()));
        }
      }
    }
    assertThat(differences).isGreaterThan(300);
    assertThat(found).isGreaterThan(differences / 2);
  }
}
