package dev.sluice.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.route.HttpRoute.Backend;
import dev.sluice.engine.route.HttpRoute.Resolution;
import dev.sluice.engine.route.HttpRoute.ServiceRef;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WeightedChoiceTest {

  private static Backend backend(String name, int weight, Resolution resolution) {
    return new Backend(new ServiceRef("shop", name), 80, weight, List.of(), resolution);
  }

  private static final Backend A = backend("a", 70, Resolution.RESOLVED);
  private static final Backend NONE = backend("none", 0, Resolution.RESOLVED);
  private static final Backend GONE = backend("gone", 30, Resolution.UNRESOLVED);

  @Test
  void gives_every_backend_its_exact_share_of_the_points() {
    List<Backend> backends = List.of(NONE, A, NONE, GONE);

    List<Backend> chosen =
        IntStream.range(0, 100)
            .mapToObj(point -> WeightedChoice.pick(backends, point).orElseThrow())
            .toList();

    assertThat(chosen).filteredOn(A::equals).hasSize(70);
    assertThat(chosen).filteredOn(GONE::equals).hasSize(30);
    assertThat(chosen).doesNotContain(NONE);
  }

  @Test
  void takes_any_random_number() {
    var random = new SplittableRandom(7);
    int a = 0;
    for (int i = 0; i < 100_000; i++) {
      a += WeightedChoice.pick(List.of(A, GONE), random.nextLong()).orElseThrow().equals(A) ? 1 : 0;
    }

    assertThat(a).isBetween(69_000, 71_000);
    assertThat(WeightedChoice.pick(List.of(A, GONE), -1)).isPresent();
    assertThat(WeightedChoice.pick(List.of(A, GONE), Long.MIN_VALUE)).isPresent();
  }

  @Test
  void chooses_none_where_nothing_has_a_weight() {
    assertThat(WeightedChoice.pick(List.of(), 1)).isEmpty();
    assertThat(WeightedChoice.pick(List.of(NONE), 1)).isEmpty();
    assertThat(WeightedChoice.pick(List.of(NONE, NONE), 1)).isEmpty();
  }

  @Test
  void does_not_overflow_at_the_largest_weights() {
    List<Backend> many =
        IntStream.range(0, 5000)
            .mapToObj(i -> backend("b" + i, 1_000_000, Resolution.RESOLVED))
            .toList();

    assertThat(WeightedChoice.pick(many, 4_999_999_999L)).contains(many.getLast());
  }
}
