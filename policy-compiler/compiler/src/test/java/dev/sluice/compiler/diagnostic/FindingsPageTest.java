package dev.sluice.compiler.diagnostic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The list of all findings, `FINDINGS.md`, has one row per code.
class FindingsPageTest {
  private static final Path PAGE = Path.of("../../FINDINGS.md");

  @Test
  void the_page_has_every_code_once_and_in_order_with_its_name_and_severity() throws IOException {
    List<String> expected =
        Arrays.stream(Code.values())
            .map(code ->
                "| <a id=\"%s\"></a>%s | %s | %s |"
                    .formatted(
                        code.docs().substring(code.docs().indexOf('#') + 1),
                        code.id(),
                        code.slug(),
                        code.severity().word()))
            .toList();

    assertThat(rows().stream().map(FindingsPageTest::firstThreeCells))
        .containsExactlyElementsOf(expected);
  }

  @Test
  void every_code_has_a_meaning_and_a_way_out() throws IOException {
    assertThat(rows())
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row).matches(".*\\| [^|]+\\w.* \\| .*\\w.*\\. \\|$"));
  }

  @Test
  void a_code_points_to_its_row() throws IOException {
    assertThat(Code.UNKNOWN_FIELD.docs()).isEqualTo("FINDINGS.md#slu1103");
    assertThat(Files.readString(PAGE)).contains("<a id=\"slu1103\"></a>");
  }

  private static List<String> rows() throws IOException {
    return Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| <a ")).toList();
  }

  private static String firstThreeCells(String row) {
    int end = 0;
    for (int cell = 0; cell < 3; cell++) {
      end = row.indexOf('|', end + 1);
    }
    return row.substring(0, end + 1);
  }
}
