package dev.sluice.compiler.diagnostic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The page of all findings, `FINDINGS.md`, is what the documentation of the codes says.
///
/// `-Dgolden.update=true` writes the page anew.
class FindingsPageTest {
  private static final Path ROOT = Path.of(System.getProperty("sluice.root", "../.."));
  private static final Path PAGE = ROOT.resolve("FINDINGS.md");
  private static final Path SOURCES =
      ROOT.resolve("policy-compiler/compiler/src/main/resources/dev/sluice/compiler/findings");

  private static final String SOUND =
      """
      # SLU1103 unknown-field

      ## What

      One thing
      over two lines.

      ## Why

      A reason.

      ## Example

      ```yaml
      a: b
      ```

      ## Fix

      Do this.

      ```yaml
      c: d
      ```
      """;

  @Test
  void the_page_is_made_from_the_documentation_of_the_codes() throws IOException {
    String made = FindingsPage.text();
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PAGE, made);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(made);
  }

  @Test
  void every_code_has_a_file_and_every_file_a_code() throws IOException {
    Set<String> expected =
        Arrays.stream(Code.values()).map(code -> code.id() + ".md").collect(Collectors.toSet());
    expected.add("shop.yaml");
    try (Stream<Path> files = Files.list(SOURCES)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void a_code_points_to_its_section() throws IOException {
    assertThat(Code.UNKNOWN_FIELD.docs()).isEqualTo("FINDINGS.md#slu1103");
    assertThat(Files.readString(PAGE)).containsOnlyOnce("<a id=\"slu1103\"></a>");
  }

  @Test
  void numbers_and_names_of_codes_are_unique() {
    assertThat(Arrays.stream(Code.values()).map(Code::id)).doesNotHaveDuplicates().isSorted();
    assertThat(Arrays.stream(Code.values()).map(Code::slug)).doesNotHaveDuplicates();
  }

  @Test
  void documentation_is_read_with_its_words_joined() {
    FindingDoc doc = FindingDoc.parse(Code.UNKNOWN_FIELD, SOUND);

    assertThat(doc.what()).isEqualTo("One thing over two lines.");
    assertThat(doc.example().blocks().getFirst().lines()).containsExactly("a: b");
    assertThat(doc.fix().words()).isEqualTo("Do this.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown-field",
        "## What",
        "## Why",
        "## Example",
        "## Fix",
        "over two lines.\n",
        "Do this.",
        "```\n",
        "a: b\n```\n",
        "```yaml\na: b\n```\n"
      })
  void documentation_that_lacks_a_part_is_malformed(String part) {
    String broken =
        SOUND.replace("One thing\n", "").replaceFirst(java.util.regex.Pattern.quote(part), "");

    assertThatThrownBy(() -> FindingDoc.parse(Code.UNKNOWN_FIELD, broken))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("malformed documentation");
  }
}
