package dev.sluice.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.route.RoutePattern.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutePatternTest {

  @ParameterizedTest
  @CsvSource({
    "/a.*, /abc, true",
    "/a, /ab, false",
    "a, ba, false",
    "a|ab, ab, true",
    "'[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}', 123e4567-e89b-12d3-a456-426614174000, true",
    "'[]a]+', ']a', true",
    "'[^]]{2}\\]', 'ab]', true",
    "'\\d{1,3}(\\.\\d{1,3}){3}', 10.0.0.1, true"
  })
  void matches_the_whole_text(String pattern, String text, boolean expected) {
    assertThat(RoutePattern.compiled(pattern).matches(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        "a)",
        "[a",
        "(a)\\1",
        "(?=a)",
        "a{1001}",
        "((a{100}){100}){100}",
        "(((a{2,90}){90}){90})",
        "[\\][](((a{90}){90}){90})",
        "\\Q[\\E((a{100}){100}){100}",
        "x{99999999999}"
      })
  void refuses_what_is_no_expression_or_too_large(String pattern) {
    assertThat(RoutePattern.compile(pattern)).isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void refuses_deep_nesting_and_long_texts() {
    assertThat(RoutePattern.compile("(".repeat(101) + ")".repeat(101)))
        .isInstanceOf(Outcome.Refused.class);
    assertThat(RoutePattern.compile("a".repeat(4097))).isInstanceOf(Outcome.Refused.class);
    assertThat(RoutePattern.compile("a".repeat(4096))).isInstanceOf(Outcome.Compiled.class);
  }

  @Test
  void takes_linear_time_on_what_explodes_elsewhere() {
    var pattern = RoutePattern.compiled("(a+)+$");
    String text = "a".repeat(50_000) + "b";

    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> assertThat(pattern.matches(text)).isFalse());
  }
}
