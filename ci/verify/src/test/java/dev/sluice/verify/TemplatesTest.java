package dev.sluice.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What users copy into their own CI does what it says: its commands run for real.
class TemplatesTest {
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("sluice.root"))).toAbsolutePath();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"github", "gitlab", "pre-commit"})
  void the_commands_of_a_template_work_in_a_repository(String template) throws Exception {
    Run run = run(template);

    assertThat(run.code()).as(run.output()).isZero();
    assertThat(run.output()).endsWith(template + " works\n");
  }

  @Test
  void a_template_that_does_not_exist_fails() throws Exception {
    assertThat(run("nonsense").code()).isEqualTo(1);
  }

  private record Run(int code, String output) {}

  private Run run(String template) throws IOException, InterruptedException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path sluice = Files.writeString(bin.resolve("sluice"), launcher());
    assertThat(sluice.toFile().setExecutable(true)).isTrue();
    var command =
        new ProcessBuilder(
            "sh",
            ROOT.resolve("ci/verify/src/test/sh/templates.sh").toString(),
            template,
            ROOT.toString(),
            folder.toString());
    command.environment().put("PATH", bin + ":" + System.getenv("PATH"));
    // nothing of the machine's own git configuration takes part
    command.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    command.environment().put("GIT_CONFIG_SYSTEM", "/dev/null");
    Process process = command.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Run(process.waitFor(), output);
  }

  /// The program as built, without the launcher's own look for something to build.
  private static String launcher() {
    return """
    #!/bin/sh
    exec '%s/bin/java' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar '%s' "$@"
    """
        .formatted(
            System.getProperty("java.home"),
            ROOT.resolve("policy-compiler/cli/target/sluice-cli.jar"));
  }
}
