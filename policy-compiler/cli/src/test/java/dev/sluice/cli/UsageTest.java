package dev.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Run.Setting;
import dev.sluice.cli.terminal.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "check",
        "plan",
        "snapshot",
        "test",
        "explain",
        "replay",
        "suggest",
        "diff",
        "access",
        "build",
        "verify",
        "inspect",
        "keys init",
        "keys show",
        "why",
        "completion"
      })
  void every_command_explains_itself_like_a_manual_page(String command) {
    Run run = Run.of((command + " --help").split(" "));

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .containsSubsequence(
            "\nUsage:\n  sluice " + command,
            "\nDescription:\n",
            "\nOptions:\n",
            "\nExit codes:\n",
            "5   signature or trust failure",
            "\nExamples:\n  ");
  }

  @Test
  void help_lists_all_commands_and_shows_one() {
    Golden.assertSame("help.txt", Run.of("--help").out());
    Golden.assertSame("help-check.txt", Run.of("help", "check").out());
    assertThat(Run.of("help", "check").out()).isEqualTo(Run.of("check", "--help").out());
  }

  @Test
  void help_is_coloured_on_a_terminal_only() {
    assertThat(Setting.plain().onScreens(Map.of()).run("--help").out()).contains("\u001b[");
    assertThat(Setting.plain().onScreens(Map.of("NO_COLOR", "1")).run("--help").out())
        .doesNotContain("\u001b[");
  }

  @Test
  void the_version_is_the_builds() {
    assertThat(Run.of("--version").out()).matches("sluice \\d+\\.\\d+\\.\\d+\\S* on Java \\S+\\R");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "keys",
        "chek",
        "check --nonsense",
        "check --output yaml",
        "check --output text --output json",
        "check --output json=",
        "check --color sometimes",
        "build .",
        "verify",
        "inspect a b",
        "keys init"
      })
  void misuse_exits_with_2_and_says_how_to_go_on(String line) {
    Run run = Run.of(line.isEmpty() ? new String[0] : line.split(" "));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).matches("(?s)error: [a-z`].*\nhelp: .*");
  }

  @Test
  void an_unknown_format_names_those_there_are() {
    assertThat(Run.of("check", "--output", "yaml").err())
        .contains("no format `yaml`")
        .contains("`markdown`, `csv` and `dot`");
    assertThat(Run.of("why", "SLU1103", "--output", "sarif").err())
        .contains("no format `sarif` of this report")
        .contains("`text` and `json`");
  }

  @Test
  void a_misspelt_command_gets_a_suggestion() {
    assertThat(Run.of("inspct").err()).contains("did you mean `inspect`");
  }

  @Test
  void an_empty_path_is_not_the_working_directory() {
    Run run = Run.of("check", "");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("no path");
  }

  @Test
  void arguments_are_escaped_too() {
    assertThat(Run.of("check", "--\u001b[2J").err()).doesNotContain("\u001b").contains("<U+001B>");
  }

  @Test
  void the_completion_script_is_sound_and_knows_the_commands() throws Exception {
    Run run = Run.of("completion");
    Path script = Files.writeString(folder.resolve("completion.sh"), run.out());

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("inspect").contains("--fail-on").contains("complete -F");
    assertThat(exitOf("bash", "-n", script.toString())).isZero();
  }

  private static int exitOf(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void a_defect_is_4_and_shows_where() {
    // a bundle directory below a file makes the disk fail in the middle of a build
    Path file = folder.resolve("file");
    String keys = folder.resolve("keys").toString();
    Run.of("keys", "init", keys);

    Run run =
        Run.of("build", Trees.SHOP, "--keys", keys, "--out", file("x", file) + "/below/bundle");

    assertThat(run.code()).isEqualTo(4);
    assertThat(run.err()).contains("internal error").contains("  at dev.sluice.");
  }

  @Test
  void a_report_that_does_not_reach_standard_output_is_no_success() {
    var full =
        new OutputStream() {
          @Override
          public void write(int octet) throws IOException {
            throw new IOException("no space left on device");
          }
        };
    var err = new StringWriter();

    int code = Sluice.run(terminal(InputStream.nullInputStream(), full, err), "check", Trees.SHOP);

    assertThat(code).isEqualTo(4);
    assertThat(err.toString()).contains("cannot write to standard output");
  }

  @Test
  void exhaustion_is_4_and_does_not_pass_for_findings() {
    var exhausted =
        new InputStream() {
          @Override
          public int read() {
            throw new StackOverflowError();
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            throw new StackOverflowError();
          }
        };
    var err = new StringWriter();

    int code = Sluice.run(terminal(exhausted, OutputStream.nullOutputStream(), err), "check", "-");

    assertThat(code).isEqualTo(4);
    assertThat(err.toString()).contains("internal error");
  }

  private static Terminal terminal(InputStream in, OutputStream out, StringWriter err) {
    return new Terminal(
        in,
        new PrintWriter(out, false, UTF_8),
        new PrintWriter(err),
        Set.of(),
        Map.of(),
        InstantSource.fixed(Run.NOW));
  }

  private static Path file(String text, Path file) {
    try {
      return Files.writeString(file, text);
    } catch (IOException broken) {
      throw new java.io.UncheckedIOException(broken);
    }
  }
}
