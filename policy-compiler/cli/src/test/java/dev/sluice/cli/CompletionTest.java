package dev.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The completion script, in the shell it is for.
class CompletionTest {
  @TempDir Path folder;

  /// What bash offers for the last word of the line.
  private List<String> offered(String line) throws IOException, InterruptedException {
    Path script = Files.writeString(folder.resolve("completion.sh"), Run.of("completion").out());
    String ask =
        """
        . "$1"
        read -ra COMP_WORDS <<<"$2"
        [[ $2 == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        COMP_LINE=$2
        COMP_POINT=${#2}
        _complete_sluice sluice "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf '%s\\n' "${COMPREPLY[@]}"
        """;
    Process bash =
        new ProcessBuilder("bash", "--norc", "-c", ask, "bash", script.toString(), line)
            .redirectErrorStream(true)
            .start();
    String output = new String(bash.getInputStream().readAllBytes(), UTF_8);
    assertThat(bash.waitFor()).as(output).isZero();
    return output.lines().map(String::strip).filter(word -> !word.isEmpty()).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "sluice ch, check",
    "sluice comp, completion",
    "sluice keys i, init",
    "sluice check --basel, --baseline",
    "sluice diff --forbid, --forbid-widening",
    "sluice check --fail-on w, warning",
    "sluice check --color n, never",
    "sluice check --output sa, sarif",
    "sluice why SLU110, SLU1103"
  })
  void words_are_completed(String line, String expected) throws Exception {
    assertThat(offered(line)).contains(expected);
  }

  @Test
  void all_commands_are_offered_after_the_name() throws Exception {
    assertThat(offered("sluice ")).contains("check", "plan", "build", "why", "diff", "help");
  }
}
