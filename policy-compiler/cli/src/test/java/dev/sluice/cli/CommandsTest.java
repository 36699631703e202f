package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.terminal.Terminal;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandsTest {

  @Test
  void every_command_alone_has_the_name_it_is_asked_for_by() {
    List<String> alone = new ArrayList<>();
    for (String name : names()) {
      Set<String> made = names(name);
      assertThat(made).contains(name);
      if (made.size() == 1) {
        alone.add(name);
      }
    }

    assertThat(names()).hasSizeGreaterThan(alone.size()).containsAll(alone);
    assertThat(alone).contains("check", "keys", "lsp").doesNotContain("completion", "help");
  }

  @Test
  void an_unknown_name_is_compared_with_all_commands() {
    assertThat(names("chekc")).isEqualTo(names());
    assertThat(names("--help", "check")).isEqualTo(names());
    assertThat(Run.of("chekc").err()).contains("did you mean `check`");
  }

  private static Set<String> names(String... arguments) {
    var terminal =
        new Terminal(
            InputStream.nullInputStream(),
            new PrintWriter(new StringWriter()),
            new PrintWriter(new StringWriter()),
            Set.of(),
            Map.of(),
            InstantSource.fixed(Run.NOW));
    return Sluice.commandLine(terminal, arguments).getSubcommands().keySet();
  }
}
