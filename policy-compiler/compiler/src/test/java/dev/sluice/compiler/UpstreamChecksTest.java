package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds the compiler to the union of what Istio and the Gateway API refuse: each check of the
/// custom resource definitions (C), the webhook (W), the analyzers (IST), the HTTPRoute definition
/// and its controller (R), and where these disagree (D).
///
/// A file of `src/test/upstream` starts with what is checked; `findings.txt` lists code and line of
/// what is found in each. `-Dgolden.update=true` rewrites it.
class UpstreamChecksTest {

  private static final Path FOLDER =
      Path.of(
          System.getProperty("sluice.root", "../.."), "policy-compiler/compiler/src/test/upstream");
  private static final Path TABLE = FOLDER.resolve("findings.txt");

  @Test
  void every_check_is_made_at_the_line_it_is_about() throws IOException {
    var table = new StringBuilder();
    new TreeMap<>(found())
        .forEach((file, codes) -> table.append(file).append(": ").append(codes).append('\n'));
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(TABLE, table);
    }

    assertThat(table.toString()).isEqualTo(Files.readString(TABLE));
  }

  private static Map<String, String> found() {
    var found = new TreeMap<String, String>();
    for (Path file : files()) {
      found.put(
          file.getFileName().toString(),
          String.join(
              ", ",
              compile(file).findings().stream()
                  .filter(finding -> finding.severity() != Severity.NOTE)
                  .map(finding -> finding.code().id() + "@" + finding.span().line())
                  .toList()));
    }
    return found;
  }

  /// Each object of a file stands for one way to fail the check, so that none hides behind another.
  @ParameterizedTest
  @MethodSource("files")
  void every_policy_of_a_file_is_found_wanting(Path file) throws IOException {
    Compilation compilation = compile(file);

    assertThat(compilation.findings()).isNotEmpty();
    assertThat(Files.readString(file)).startsWith("# ");
    if (!Files.readString(file).contains("kind: Service\nmetadata")) {
      assertThat(compilation.findings().stream().map(finding -> String.valueOf(finding.resource())))
          .containsAll(compilation.refused().stream().map(m -> m.resource().toString()).toList());
      assertThat(
              compilation.findings().stream()
                  .filter(f -> f.resource() != null)
                  .map(f -> f.resource())
                  .distinct())
          .hasSize(compilation.summary().policies());
    }
  }

  @Test
  void no_check_of_the_definitions_and_the_webhook_is_left_out() {
    List<String> ids =
        files().stream()
            .map(file -> file.getFileName().toString())
            .map(name -> name.substring(0, name.indexOf('-')))
            .toList();

    assertThat(ids).doesNotHaveDuplicates();
    assertThat(ids).containsAll(numbers('C', 18)).containsAll(numbers('W', 30));
  }

  private static List<String> numbers(char letter, int last) {
    return IntStream.rangeClosed(1, last).mapToObj(n -> "%c%02d".formatted(letter, n)).toList();
  }

  private static Compilation compile(Path file) {
    try {
      var source = new SourceFile("policy.yaml", Files.readAllBytes(file));
      return Compiler.compile(
          new SourceTree(List.of(source)), MeshSettings.defaults(), new Diagnostics());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  static List<Path> files() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
