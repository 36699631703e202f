package dev.sluice.runtime.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(150), 0.2);

  @Property
  void stays_within_the_jitter_of_a_doubling_time(
      @ForAll @IntRange(min = 1) int failures, @ForAll long seed) {
    double exact = Math.min(500 * Math.pow(2, failures - 1), 150_000);

    double wait = BACKOFF.after(failures, new Random(seed)).toNanos() / 1e6;

    assertThat(wait).isBetween(exact * 0.8 - 1, exact * 1.2 + 1);
  }

  @Test
  void two_who_failed_together_come_back_apart() {
    var random = new Random(1);

    assertThat(BACKOFF.after(3, random)).isNotEqualTo(BACKOFF.after(3, random));
  }

  @Test
  void a_backoff_without_times_is_refused() {
    assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
