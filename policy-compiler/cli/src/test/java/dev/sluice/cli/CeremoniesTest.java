package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.Schemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The ceremonies of `TRUST.md`, command by command.
class CeremoniesTest {
  private static final Path DOCUMENT = Path.of("../TRUST.md");

  @TempDir Path folder;

  @Test
  void every_command_of_the_document_does_what_it_says() throws IOException {
    List<String> commands = commands();
    var run = new HashSet<String>();

    for (String line : commands) {
      perform(line);
      run.add(
          line.split(" ", -1)[0] + (line.startsWith("sluice") ? " " + line.split(" ", -1)[1] : ""));
    }

    assertThat(commands).hasSizeGreaterThan(20);
    assertThat(run)
        .contains("sluice keys", "sluice build", "sluice verify", "sluice bundle", "mv", "cp");
    JsonNode shown = Run.of("keys", "show", path("keys"), "--output", "json").json();
    assertThat(shown.path("version").asInt()).isEqualTo(5);
    assertThat(shown.path("epoch").asInt()).isEqualTo(2);
  }

  private static List<String> commands() throws IOException {
    var commands = new ArrayList<String>();
    boolean isCode = false;
    for (String line : Files.readAllLines(DOCUMENT)) {
      if (line.startsWith("```")) {
        isCode = line.equals("```sh");
      } else if (isCode) {
        commands.add(line);
      }
    }
    return commands;
  }

  private void perform(String line) throws IOException {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "mv" -> Files.move(file(words[1]), file(words[2]));
      case "cp" -> copy(file(words[words.length - 2]), file(words[words.length - 1]));
      default -> {
        assertThat(words[0]).isEqualTo("sluice");
        var arguments = new ArrayList<>(List.of(words[1]));
        for (int i = 2; i < words.length; i++) {
          arguments.add(words[i - 1].equals("--role") ? words[i] : translated(words[i]));
        }
        Run run = Run.of(arguments.toArray(String[]::new));
        assertThat(run.err()).as(line).isEmpty();
        assertThat(run.code()).as(line).isZero();
      }
    }
  }

  /// Names of files mean those in the folder of the test, names of keys one of those that may sign.
  private String translated(String word) {
    return switch (word) {
      case "examples/shop" -> Trees.SHOP;
      case "OLD_BUNDLE_KEY", "STOLEN_BUNDLE_KEY" -> someBundleKey();
      case "keys", "bundle", "yesterday", "alice", "bob", "carol", "next.json" -> path(word);
      default -> word.startsWith("keys/") ? path(word) : word;
    };
  }

  private String someBundleKey() {
    return Run.of("keys", "show", path("keys"), "--output", "json")
        .json()
        .at("/roles/bundle/keys/0/keyId")
        .asText();
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  private String path(String name) {
    return file(name).toString();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  @Test
  void json_output_of_a_change_fits_its_schema_whether_in_force_or_waiting() throws IOException {
    Run.of("keys", "init", path("keys"), "--root", "2/2");
    JsonNode inForce =
        Run.of("keys", "rotate", path("keys"), "--role", "freshness", "--output", "json").json();
    Files.move(file("keys/root.pem"), file("alice"));
    JsonNode waiting = Run.of("keys", "renew", path("keys"), "--output", "json").json();

    OutputSchema.assertFits(Schemas.ROOT_OUTPUT, inForce);
    OutputSchema.assertFits(Schemas.ROOT_OUTPUT, waiting);
    assertThat(inForce.path("inForce").asBoolean()).isTrue();
    assertThat(waiting.path("inForce").asBoolean()).isFalse();
    assertThat(waiting.at("/signatures/0/have").asInt()).isEqualTo(1);
    assertThat(waiting.at("/signatures/0/need").asInt()).isEqualTo(2);
  }
}
