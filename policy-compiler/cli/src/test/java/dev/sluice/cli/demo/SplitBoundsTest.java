package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.demo.SplitScene.Bounds;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SplitBoundsTest {

  private static final Bounds BOUNDS = Bounds.of(SplitScene.REQUESTS, SplitScene.SHARE);

  @Test
  void neither_all_nor_none_nor_half_of_the_requests_pass_for_a_tenth() {
    assertThat(BOUNDS.least()).isPositive();
    assertThat(BOUNDS.most()).isLessThan(SplitScene.REQUESTS / 4);
  }

  @Property
  void a_fair_choice_stays_within(@ForAll long seed) {
    var random = new Random(seed);
    long chosen =
        random.doubles(SplitScene.REQUESTS).filter(value -> value < SplitScene.SHARE).count();
    assertThat(chosen).isBetween((long) BOUNDS.least(), (long) BOUNDS.most());
  }
}
