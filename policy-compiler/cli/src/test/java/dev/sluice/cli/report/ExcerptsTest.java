package dev.sluice.cli.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.terminal.Colour;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.Span;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ExcerptsTest {

  private static String shown(String text, Span span) {
    var page = new Page(Colour.OFF);
    new Excerpts(List.of(new SourceFile("f", text.getBytes(UTF_8)))).write(page, span, Ink.BAD);
    return page.toString();
  }

  @Test
  void the_span_is_underlined() {
    assertThat(shown("a: b\nkey: value\n", new Span("f", 2, 6, 2, 11)))
        .isEqualTo("  |\n2 | key: value\n  |      ^^^^^\n");
  }

  @Test
  void a_span_over_several_lines_is_underlined_to_the_end_of_the_first() {
    assertThat(shown("a:\n  b: 1\n  c: 2\n", new Span("f", 2, 3, 3, 7)))
        .isEqualTo("  |\n2 |   b: 1\n  |   ^^^^\n");
  }

  @Test
  void escapes_and_tabs_keep_the_caret_in_place() {
    assertThat(shown("\t\u001bx: y", new Span("f", 1, 3, 1, 4)))
        .isEqualTo("  |\n1 |     <U+001B>x: y\n  |             ^\n");
  }

  @Test
  void a_long_line_is_cut_around_the_span() {
    String line = "x".repeat(5000) + "HERE" + "y".repeat(5000);

    String shown = shown(line, new Span("f", 1, 5001, 1, 5005));

    assertThat(shown).contains("…xxx").contains("xHEREy").contains("yyy…").contains(" ^^^^\n");
    assertThat(shown.lines()).allMatch(part -> part.length() < 130);
  }

  @Test
  void a_line_that_does_not_exist_is_left_out() {
    assertThat(shown("a: b\n", new Span("f", 9, 1, 9, 2))).isEmpty();
    assertThat(shown("a: b\n", new Span("other", 1, 1, 1, 2))).isEmpty();
  }

  @Property
  void any_span_on_any_line_can_be_shown(
      @ForAll String line,
      @ForAll @IntRange(max = 400) int column,
      @ForAll @IntRange(max = 400) int end) {
    String shown = shown(line + " ", new Span("f", 1, column, 1, end));

    assertThat(shown.lines().filter(part -> !part.startsWith("1 |")))
        .allMatch(part -> part.matches("  \\|( *\\^+)?"));
  }
}
