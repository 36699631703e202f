package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlanTextTest {

  @Test
  void long_reasons_are_wrapped_at_spaces_and_lose_nothing() {
    String reason = "rule 1 matches `requestPrincipals`, which only a waypoint can see";
    var lines = PlanText.wrapped(reason);
    assertThat(lines).hasSize(2).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(43));
    assertThat(String.join(" ", lines)).isEqualTo(reason);
  }

  @Test
  void every_reason_has_a_line() {
    assertThat(PlanText.wrapped("")).containsExactly("");
    assertThat(PlanText.wrapped("x".repeat(60))).containsExactly("x".repeat(60));
  }
}
