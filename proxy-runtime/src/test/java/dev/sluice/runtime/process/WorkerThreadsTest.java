package dev.sluice.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerThreadsTest {

  private static final String THREADS = "ZTUNNEL_WORKER_THREADS";

  @ParameterizedTest
  @CsvSource({"3, 3", "0, 16", "50%, 8", "1%, 1", "100%, 16"})
  void a_number_or_a_share_is_taken(String text, int expected) {
    assertThat(WorkerThreads.read(Environment.of(Map.of(THREADS, text)), 16)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "8, 2", "16, 4", "17, 5"})
  void unset_it_is_a_quarter_of_the_processors_and_at_least_2(int processors, int expected) {
    assertThat(WorkerThreads.read(Environment.of(Map.of()), processors)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"500m, 200m, 1", "2500m, 1, 3", "1.5, 4, 4", "2, 0.1, 2"})
  void a_cpu_limit_decides_with_the_request(String limit, String request, int expected) {
    var environment =
        Environment.of(
            Map.of("ZTUNNEL_RESOURCE_CPU_LIMIT", limit, "ZTUNNEL_RESOURCE_CPU_REQUEST", request));

    assertThat(WorkerThreads.read(environment, 64)).isEqualTo(expected);
    assertThat(environment.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "many", "1025", "0%", "101%", "%", "1.5"})
  void anything_else_is_a_problem(String text) {
    var environment = Environment.of(Map.of(THREADS, text));

    assertThat(WorkerThreads.read(environment, 4)).isEqualTo(2);
    assertThat(environment.problems()).hasSize(1);
  }

  @Test
  void a_quantity_that_is_none_is_a_problem() {
    var environment = Environment.of(Map.of("ZTUNNEL_CPU_LIMIT", "1.2.3"));

    WorkerThreads.read(environment, 4);

    assertThat(environment.problems()).isNotEmpty();
  }
}
