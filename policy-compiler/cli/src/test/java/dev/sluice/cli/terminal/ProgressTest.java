package dev.sluice.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.cli.terminal.Terminal.Screen;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final StringWriter err = new StringWriter();

  private Terminal terminal(Set<Screen> screens) {
    return new Terminal(
        InputStream.nullInputStream(),
        new PrintWriter(new StringWriter()),
        new PrintWriter(err),
        screens,
        Map.of(),
        InstantSource.system());
  }

  @Test
  void a_terminal_shows_what_takes_long_and_is_left_clean() {
    try (var _ = Progress.start(terminal(Set.of(Screen.ERR)), "counting\u001b sheep")) {
      await().until(() -> err.toString().contains("counting<U+001B> sheep"));
    }

    assertThat(err.toString()).endsWith("\r\u001b[K");
  }

  @Test
  void what_is_quick_shows_nothing() {
    Progress.start(terminal(Set.of(Screen.ERR)), "blinking").close();

    assertThat(err.toString()).isEmpty();
  }

  @Test
  void without_a_terminal_there_is_no_progress() {
    try (var _ = Progress.start(terminal(Set.of(Screen.OUT)), "counting")) {
      await().during(Duration.ofMillis(450)).until(() -> err.toString().isEmpty());
    }

    assertThat(err.toString()).isEmpty();
  }
}
