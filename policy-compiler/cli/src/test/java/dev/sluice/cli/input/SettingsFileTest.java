package dev.sluice.cli.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {
  @TempDir Path folder;

  @Test
  void the_nearest_above_wins() throws IOException {
    Path inner = Files.createDirectories(folder.resolve("a/b"));
    Path outer = Files.createFile(folder.resolve("sluice.yaml"));
    Path file = Files.createFile(inner.resolve("p.yaml"));

    assertThat(SettingsFile.nearest(file.toString())).contains(outer);
    Path near = Files.createFile(folder.resolve("a/sluice.yaml"));
    assertThat(SettingsFile.nearest(inner.toString())).contains(near);
  }

  @Test
  void what_lies_outside_the_work_tree_is_somebody_elses() throws IOException {
    Path repository = Files.createDirectories(folder.resolve("repository"));
    Files.createDirectory(repository.resolve(".git"));
    Files.createFile(folder.resolve("sluice.yaml"));

    assertThat(SettingsFile.nearest(repository.toString())).isEmpty();
    Path own = Files.createFile(repository.resolve("sluice.yaml"));
    assertThat(SettingsFile.nearest(repository.toString())).contains(own);
  }

  @Test
  void a_relative_input_gives_a_relative_path() {
    assertThat(SettingsFile.nearest("../../examples/shop/policies"))
        .isEqualTo(Optional.of(Path.of("../../examples/shop/sluice.yaml")));
  }
}
