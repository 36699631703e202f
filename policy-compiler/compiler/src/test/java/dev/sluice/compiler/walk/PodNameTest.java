package dev.sluice.compiler.walk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodNameTest {

  @ParameterizedTest
  @CsvSource({
    "api-7d4, api, true",
    "api-5d9c7b9f4-x2b5t, api, true",
    "api-x2b5t, api, true",
    "api-0, api, true",
    "api-12, api, true",
    "api-v2, api, false",
    "api-stg, api, false",
    "api-test, api, false",
    "api-v2-x2b5t, api, false",
    "api, api, false",
    "apis-7d4, api, false",
    "api-x2b5t-x2b5t-x2b5t, api, false",
  })
  void a_pod_belongs_to_a_workload_by_the_form_of_its_name(
      String pod, String workload, boolean expected) {
    assertThat(PodName.isPodOf(pod, workload)).isEqualTo(expected);
  }
}
