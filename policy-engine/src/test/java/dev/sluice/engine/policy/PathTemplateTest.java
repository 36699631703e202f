package dev.sluice.engine.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {

  @ParameterizedTest
  @CsvSource({
    "/foo/{*}, /foo/bar, true",
    "/foo/{*}, /foo/bar/baz, false",
    "/foo/{*}, /foo, false",
    "/foo/{*}, /foo/, false",
    "/foo/{*}/baz, /foo/bar/baz, true",
    "/foo/{*}/baz, /foo//baz, false",
    "/foo/{*}/baz, /foo/a/b/baz, false",
    "/foo/{**}, /foo/bar, true",
    "/foo/{**}, /foo/bar/baz, true",
    "/foo/{**}, /foo, true",
    "/foo/{**}, /food, false",
    "/foo/{**}/bar, /foo/bar, true",
    "/foo/{**}/bar, /foo/a/b/bar, true",
    "/foo/{**}/bar, /foo/a/b, false",
    "/foo/{**}/, /foo/bar/, true",
    "/foo/{**}/, /foo//, true",
    "/foo/{**}/, /foo/bar, false",
    "/{*}/{*}/{**}, /a/b, true",
    "/{*}/{*}/{**}, /a/b/c/d, true",
    "/{*}/{*}/{**}, /a, false",
    "/{**}, /, true",
    "/{**}, /a/b, true",
    "/foo/{*}, /FOO/bar, false",
    "/foo/{*}, foo/bar, false"
  })
  void matches_whole_segments(String template, String path, boolean expected) {
    assertThat(PathTemplate.parse(template).matches(path)).isEqualTo(expected);
  }

  @Test
  void knows_a_template_by_its_operators() {
    assertThat(PathTemplate.isTemplate("/a/{*}")).isTrue();
    assertThat(PathTemplate.isTemplate("/a/{**}")).isTrue();
    assertThat(PathTemplate.isTemplate("/a/*")).isFalse();
    assertThat(PathTemplate.isTemplate("/a/{b}")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/{**}/{*}", "/{**}/{**}", "/a{*}", "/{b}/{*}", "/{*}{*}"})
  void refuses_what_has_no_single_reading(String text) {
    assertThatThrownBy(() -> PathTemplate.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/foo/{*}/bar/{**}", "/{**}", "/{*}/", "/a//{*}"})
  void writes_what_it_reads(String text) {
    assertThat(PathTemplate.parse(text).text()).isEqualTo(text);
  }

  @Test
  void refuses_a_literal_with_a_slash() {
    List<PathTemplate.Segment> segments = List.of(new PathTemplate.Segment.Literal("a/b"));
    assertThatThrownBy(() -> new PathTemplate(segments))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
