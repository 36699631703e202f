package dev.sluice.compiler.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogLineTest {

  @Test
  void text_and_json_say_the_same() {
    LogLine text =
        LogLine.parse("t\tinfo\taccess\tconnection complete\ta=1 b=\"x \\\"y\\\" \\u000a\" c=\"\"")
            .orElseThrow();
    LogLine json =
        LogLine.parse(
                "{\"scope\":\"access\",\"message\":\"connection complete\",\"a\":1,"
                    + "\"b\":\"x \\\"y\\\" \\n\",\"c\":\"\"}")
            .orElseThrow();

    assertThat(text.fields()).isEqualTo(Map.of("a", "1", "b", "x \"y\" \n", "c", ""));
    assertThat(json.fields()).containsAllEntriesOf(text.fields());
    assertThat(text.scope()).isEqualTo(json.scope()).isEqualTo("access");
    assertThat(text.message()).isEqualTo(json.message());
  }

  @Test
  void the_span_after_a_scope_is_no_part_of_it() {
    assertThat(LogLine.parse("t\tinfo\taccess:inbound{id=1}\tm\ta=1").orElseThrow().scope())
        .isEqualTo("access");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no tabs at all",
        "t\tinfo\taccess\tm\tnot a pair",
        "t\tinfo\taccess\tm\ta=\"unclosed",
        "t\tinfo\taccess\tm\ta=1 a=2",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1} trailing",
        "{\"a\":",
        "[1]",
      })
  void a_line_with_two_readings_is_none(String line) {
    assertThat(LogLine.parse(line)).isEmpty();
  }

  @Test
  void a_line_beyond_the_bound_is_told_from_the_others() throws IOException {
    String log = "a\n" + "x".repeat(LogReader.MAX_LINE_BYTES + 1) + "\r\nb\r\n\nc";
    List<Optional<String>> lines = new ArrayList<>();

    LogReader.read(new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)), lines::add);

    assertThat(lines)
        .containsExactly(
            Optional.of("a"),
            Optional.empty(),
            Optional.of("b"),
            Optional.of(""),
            Optional.of("c"));
  }

  @Test
  void only_parts_that_look_like_identifiers_are_generalised() {
    assertThat(paths("/a/1", "/a/2", "/a/3", "/a/list")).containsExactly("/a/list", "/a/{*}");
    assertThat(paths("/a/1", "/a/2")).containsExactly("/a/1", "/a/2");
    assertThat(paths("/a/x", "/a/y", "/a/z")).containsExactly("/a/x", "/a/y", "/a/z");
    assertThat(
            PathShapes.of(
                    new TreeSet<>(List.of("/a/1", "/a/2", "/a/3")), new TreeSet<>(List.of("/a/b")))
                .paths())
        .as("one was refused")
        .containsExactly("/a/1", "/a/2", "/a/3");
    assertThat(PathShapes.of(new TreeSet<>(List.of("/a*", "/{x}")), new TreeSet<>()).unspeakable())
        .containsExactly("/a*", "/{x}");
  }

  private static List<String> paths(String... seen) {
    return PathShapes.of(new TreeSet<>(List.of(seen)), new TreeSet<>()).paths();
  }
}
