package dev.sluice.engine.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.engine.route.HttpRoute.PathEdit;
import dev.sluice.engine.route.HttpRoute.PathMatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathEditsTest {

  @ParameterizedTest
  @CsvSource({
    "/foo/bar, /foo, /xyz, /xyz/bar",
    "/foo/bar, /foo, /xyz/, /xyz/bar",
    "/foo/bar, /foo/, /xyz, /xyz/bar",
    "/foo/bar, /foo/, /xyz/, /xyz/bar",
    "/foo, /foo, /xyz, /xyz",
    "/foo, /foo/, /xyz, /xyz",
    "/foo/, /foo, /xyz, /xyz/",
    "/foo/bar, /foo, '', /bar",
    "/foo/, /foo, '', /",
    "/foo, /foo, '', /",
    "/foo/, /foo, /, /",
    "/foo, /foo, /, /",
    "/foo/bar, /, /xyz, /xyz/foo/bar",
    "/, /, /xyz, /xyz/",
    "/, /, '', /"
  })
  void replaces_the_matched_prefix(String path, String prefix, String by, String expected) {
    assertThat(PathEdits.apply(new PathEdit.ReplacePrefix(by), new PathMatch.Prefix(prefix), path))
        .isEqualTo(expected);
  }

  @Test
  void replaces_the_whole_path_whatever_matched() {
    var edit = new PathEdit.ReplaceFull("/new");

    assertThat(PathEdits.apply(edit, new PathMatch.Exact("/a"), "/a")).isEqualTo("/new");
    assertThat(PathEdits.apply(edit, new PathMatch.Regex(".*"), "/a")).isEqualTo("/new");
    assertThat(PathEdits.apply(new PathEdit.ReplaceFull(""), new PathMatch.Prefix("/"), "/a"))
        .isEqualTo("/");
  }

  @Test
  void replaces_no_prefix_where_none_was_matched() {
    var edit = new PathEdit.ReplacePrefix("/x");

    assertThatThrownBy(() -> PathEdits.apply(edit, new PathMatch.Exact("/a"), "/a"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
