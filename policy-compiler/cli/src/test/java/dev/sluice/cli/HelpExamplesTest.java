package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.terminal.Terminal;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// The examples that `--help` shows can be typed as they stand.
class HelpExamplesTest {

  private static CommandLine program() {
    return Sluice.commandLine(
        new Terminal(
            InputStream.nullInputStream(),
            new PrintWriter(new StringWriter()),
            new PrintWriter(new StringWriter()),
            Set.of(),
            Map.of(),
            InstantSource.fixed(Run.NOW)));
  }

  private static Stream<CommandLine> all(CommandLine command) {
    return Stream.concat(
        Stream.of(command),
        command.getSubcommands().values().stream().distinct().flatMap(HelpExamplesTest::all));
  }

  static Stream<String> commands() {
    return all(program())
        .filter(command -> !command.getCommandSpec().helpCommand())
        .map(command -> command.getCommandSpec().qualifiedName());
  }

  static Stream<String> examples() {
    return all(program())
        .flatMap(command -> examples(command.getCommandSpec().usageMessage().footer()).stream());
  }

  /// The calls of `sluice` among the lines; a backslash at the end joins two.
  private static List<String> examples(String... footer) {
    return String.join("\n", footer)
        .replace("\\\n", " ")
        .lines()
        .filter(line -> line.contains("sluice "))
        .toList();
  }

  /// The words of one call, without what stands before and behind it: a pipe, a remark.
  private static List<String> words(String line) {
    String call = line.substring(line.indexOf("sluice ") + "sluice ".length());
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    boolean isQuoted = false;
    for (int i = 0; i < call.length(); i++) {
      char c = call.charAt(i);
      if (c == '\'') {
        isQuoted = !isQuoted;
      } else if (isQuoted || (c != ' ' && c != '|' && c != '>' && c != ')')) {
        word.append(c);
      } else {
        add(words, word);
        boolean isRemark = c == ' ' && call.startsWith("   ", i) && !call.substring(i).isBlank();
        if (c != ' ' || (isRemark && !call.substring(i).strip().startsWith("-"))) {
          return words;
        }
      }
    }
    add(words, word);
    return words;
  }

  private static void add(List<String> words, StringBuilder word) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void every_command_has_an_example_of_itself(String command) {
    String[] words = command.split(" ", -1);
    Run run =
        Run.of(Stream.concat(Stream.of(words).skip(1), Stream.of("--help")).toArray(String[]::new));
    String footer = run.out().substring(run.out().indexOf("\nExamples:\n"));

    assertThat(footer).contains(command + (command.equals("sluice") ? " " : ""));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void an_example_parses(String example) {
    assertThatCode(() -> program().parseArgs(words(example).toArray(String[]::new)))
        .as(example)
        .doesNotThrowAnyException();
  }

  @Test
  void an_example_that_does_not_exist_would_be_found() {
    assertThatThrownBy(() ->
            program().parseArgs(words("  sluice check --nonsense     x").toArray(String[]::new)))
        .isInstanceOf(ParameterException.class);
    assertThat(words("  kubectl x | sluice replay - --against 'a b'    remark"))
        .containsExactly("replay", "-", "--against", "a b");
    assertThat(words("  sluice plan --output json | jq '.a'"))
        .containsExactly("plan", "--output", "json");
  }
}
