package dev.sluice.ztunnel.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedirectCommandTest {

  @TempDir Path dir;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... words) {
    return new RedirectCommand(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .run(List.of(words));
  }

  @Test
  void help_goes_to_standard_output_and_fits_a_terminal() {
    assertThat(run("--help")).isEqualTo(RedirectCommand.EXIT_OK);

    String help = out.toString(StandardCharsets.UTF_8);
    assertThat(help).contains("SYNOPSIS", "--virtual-interface NAME", "EXIT STATUS");
    assertThat(help.lines()).allMatch(line -> line.length() <= 100);
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void a_wrong_word_is_named_on_standard_error() {
    assertThat(run("add", "--colour")).isEqualTo(RedirectCommand.EXIT_USAGE);

    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            ztunnel redirect: unknown option `--colour`
              help: see `ztunnel redirect --help`
            """);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void a_namespace_that_is_not_there_is_told_with_the_likely_cause() {
    String path = dir.resolve("gone").toString();

    assertThat(run("show", "--netns", path)).isEqualTo(RedirectCommand.EXIT_FAILED);

    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("open `" + path + "` failed: ENOENT")
        .contains("help: the network namespace is gone");
  }
}
