package dev.sluice.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogsTest {

  private static final Logger ACCESS = LoggerFactory.getLogger("access");
  private static final Logger DEEP = LoggerFactory.getLogger("dev.sluice.sample.Deep");

  private final Logs logs = Logs.start(Logs.Format.PLAIN, "error,access=warn");

  @AfterEach
  void quiet() {
    Logs.start(Logs.Format.PLAIN, "error");
  }

  @Test
  void levels_of_the_start_may_name_scopes() {
    assertThat(ACCESS.isWarnEnabled()).isTrue();
    assertThat(ACCESS.isInfoEnabled()).isFalse();
    assertThat(DEEP.isWarnEnabled()).isFalse();
  }

  @Test
  void a_level_is_set_at_run_time_for_what_a_line_or_a_package_is_called() {
    assertThat(logs.setLevels("Deep=debug")).isEmpty();
    assertThat(DEEP.isDebugEnabled()).isTrue();
    assertThat(logs.setLevels("Deep=off,sample=trace")).isEmpty();
    assertThat(DEEP.isErrorEnabled()).isFalse();
    assertThat(LoggerFactory.getLogger("dev.sluice.sample.Other").isTraceEnabled()).isTrue();
  }

  @Test
  void a_reset_brings_the_levels_of_the_start_back() {
    logs.setLevels("debug,access=trace,Deep=trace");
    assertThat(logs.setLevels("")).isEmpty();

    assertThat(DEEP.isWarnEnabled()).isFalse();
    assertThat(ACCESS.isWarnEnabled()).isTrue();
    assertThat(ACCESS.isInfoEnabled()).isFalse();
    assertThat(logs.currentLevel()).isEqualTo("ERROR");
  }

  @Test
  void what_names_no_level_changes_nothing() {
    assertThat(logs.setLevels("debug,access=loud")).contains("`access=loud` names no level");
    assertThat(logs.currentLevel()).isEqualTo("ERROR");
  }
}
