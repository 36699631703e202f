package dev.sluice.cli.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.bundle.Manifest.Source;
import dev.sluice.engine.bundle.Manifest.WorkTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class GitFactsTest {
  @TempDir Path folder;

  private void git(String... arguments) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(List.of("git", "-c", "user.name=a", "-c", "user.email=a@b.example"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).isZero();
  }

  private List<String> tree() {
    return List.of(folder.resolve("policies").toString());
  }

  @Test
  void a_commit_is_clean_until_its_inputs_change() throws Exception {
    Files.createDirectory(folder.resolve("policies"));
    Path policy = Files.writeString(folder.resolve("policies/a.yaml"), "a: 1\n");
    git("init", "-q");
    git("remote", "add", "origin", "https://user:secret@git.example/mesh.git?token=x");
    git("add", "-A");
    git("commit", "-q", "-m", "one");

    Source clean = GitFacts.of(tree());
    Files.writeString(folder.resolve("elsewhere"), "x");
    Source unrelated = GitFacts.of(tree());
    Files.writeString(policy, "a: 2\n");
    Source changed = GitFacts.of(tree());

    assertThat(clean.commit()).matches("[0-9a-f]{40}");
    assertThat(clean.repository()).isEqualTo("https://git.example/mesh.git");
    assertThat(clean.workTree()).isEqualTo(WorkTree.CLEAN);
    assertThat(unrelated).isEqualTo(clean);
    assertThat(changed.commit()).isEqualTo(clean.commit());
    assertThat(changed.workTree()).isEqualTo(WorkTree.DIRTY);
  }

  @Test
  void a_new_file_among_the_inputs_is_dirty() throws Exception {
    Files.createDirectory(folder.resolve("policies"));
    Files.writeString(folder.resolve("policies/a.yaml"), "a: 1\n");
    git("init", "-q");
    git("add", "-A");
    git("commit", "-q", "-m", "one");
    Files.writeString(folder.resolve("policies/b.yaml"), "b: 1\n");

    assertThat(GitFacts.of(tree()).workTree()).isEqualTo(WorkTree.DIRTY);
  }

  @Test
  void without_git_nothing_is_claimed() {
    assertThat(GitFacts.of(tree())).isEqualTo(new Source("", "", WorkTree.DIRTY));
  }

  @Test
  void a_configured_monitor_is_not_run() throws Exception {
    Files.createDirectory(folder.resolve("policies"));
    Files.writeString(folder.resolve("policies/a.yaml"), "a: 1\n");
    git("init", "-q");
    git("add", "-A");
    git("commit", "-q", "-m", "one");
    Path trace = folder.resolve("ran");
    git("config", "core.fsmonitor", "touch " + trace + ";");

    GitFacts.of(tree());

    assertThat(trace).doesNotExist();
  }

  @Test
  void standard_input_is_never_what_was_committed() {
    assertThat(GitFacts.of(List.of("-")).workTree()).isEqualTo(WorkTree.DIRTY);
  }

  @Test
  void a_remote_of_ssh_is_kept_and_a_broken_one_dropped() {
    assertThat(GitFacts.withoutSecrets("git@git.example:mesh.git"))
        .isEqualTo("git@git.example:mesh.git");
    assertThat(GitFacts.withoutSecrets("https://a:b c@x/")).isEmpty();
  }

  @Test
  @Timeout(30)
  void a_git_that_hangs_is_ended_and_says_nothing() throws IOException {
    Process hanging = new ProcessBuilder("sleep", "600").start();

    assertThat(GitFacts.answer(hanging, Duration.ofMillis(50))).isEmpty();
    assertThat(hanging.onExit()).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  @Timeout(30)
  void endless_output_is_cut_and_its_source_ended() throws IOException {
    Process endless = new ProcessBuilder("yes").start();

    assertThat(GitFacts.answer(endless, Duration.ofSeconds(20)).orElseThrow())
        .hasSizeBetween(1, 64 * 1024);
    assertThat(endless.onExit()).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void a_failing_git_says_nothing() throws IOException {
    Process failing = new ProcessBuilder("sh", "-c", "echo half; exit 1").start();

    assertThat(GitFacts.answer(failing, Duration.ofSeconds(20))).isEmpty();
  }
}
