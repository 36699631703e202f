package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyEditTest {

  @TempDir Path folder;

  private Path policy(String text) throws IOException {
    return Files.writeString(folder.resolve("p.yaml"), text);
  }

  @Test
  void a_line_is_replaced_at_its_indentation() throws IOException {
    Path file = policy("rules:\n  - a\n  - b\n");
    new PolicyEdit("p.yaml", "- a", "- c").apply(folder);
    assertThat(file).hasContent("rules:\n  - c\n  - b\n");
  }

  @Test
  void a_line_is_taken_out() throws IOException {
    Path file = policy("rules:\n  - a\n  - b\n");
    new PolicyEdit("p.yaml", "- a", "").apply(folder);
    assertThat(file).hasContent("rules:\n  - b\n");
  }

  @Test
  void a_line_that_is_not_there_once_stops_the_demo() throws IOException {
    policy("- a\n- a\n");
    assertThatThrownBy(() -> new PolicyEdit("p.yaml", "- a", "").apply(folder))
        .isInstanceOf(DemoFailure.class);
    assertThatThrownBy(() -> new PolicyEdit("p.yaml", "- x", "").apply(folder))
        .isInstanceOf(DemoFailure.class);
  }
}
