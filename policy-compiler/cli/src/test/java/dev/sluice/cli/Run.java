package dev.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.cli.terminal.Terminal.Screen;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;

/// One run of the program inside the test's process: what it printed and what it exited with.
record Run(int code, String out, String err) {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final JsonMapper JSON = new JsonMapper();

  /// The surroundings of a run.
  record Setting(String stdin, Set<Screen> screens, Map<String, String> variables, Instant now) {
    static Setting plain() {
      return new Setting("", Set.of(), Map.of(), NOW);
    }

    Setting withStdin(String text) {
      return new Setting(text, screens, variables, now);
    }

    Setting onScreens(Map<String, String> environment) {
      return new Setting(stdin, Set.of(Screen.values()), environment, now);
    }

    Setting at(Instant time) {
      return new Setting(stdin, screens, variables, time);
    }

    Run run(String... arguments) {
      var out = new StringWriter();
      var err = new StringWriter();
      var terminal =
          new Terminal(
              new ByteArrayInputStream(stdin.getBytes(UTF_8)),
              new PrintWriter(out),
              new PrintWriter(err),
              screens,
              variables,
              InstantSource.fixed(now));
      int code = Sluice.run(terminal, arguments);
      return new Run(code, out.toString(), err.toString());
    }
  }

  static Run of(String... arguments) {
    return Setting.plain().run(arguments);
  }

  JsonNode json() {
    try {
      return JSON.readTree(out);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
