package dev.sluice.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.http.CanonicalPath.Outcome.Canonical;
import dev.sluice.engine.http.CanonicalPath.Outcome.Malformed;
import dev.sluice.engine.shard.PolicyShard.PathNormalization;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalPathTest {

  private static final List<String> TARGETS =
      List.of(
          "/ | / | / | / | /",
          "/a/b | /a/b | /a/b | /a/b | /a/b",
          "/a/./b | /a/./b | /a/b | /a/b | /a/b",
          "/a/../b | /a/../b | /b | /b | /b",
          "/a/b/.. | /a/b/.. | /a/ | /a/ | /a/",
          "/a/b/. | /a/b/. | /a/b/ | /a/b/ | /a/b/",
          "/../../a | /../../a | /a | /a | /a",
          "/.. | /.. | / | / | /",
          "/a/.../b | /a/.../b | /a/.../b | /a/.../b | /a/.../b",
          "/.well-known/x | /.well-known/x | /.well-known/x | /.well-known/x | /.well-known/x",
          "/a//b | /a//b | /a//b | /a/b | /a/b",
          "/// | /// | /// | / | /",
          "/a//../b | /a//../b | /a/b | /a/b | /a/b",
          "/a\\b | /a\\b | /a/b | /a/b | /a/b",
          "/a\\..\\b | /a\\..\\b | /b | /b | /b",
          "/%61dmin | /%61dmin | /admin | /admin | /admin",
          "/%7Euser | /%7Euser | /~user | /~user | /~user",
          "/a/%2e%2E/b | /a/%2e%2E/b | /b | /b | /b",
          "/caf%c3%a9 | /caf%c3%a9 | /caf%C3%A9 | /caf%C3%A9 | /caf%C3%A9",
          "/a%20b | /a%20b | /a%20b | /a%20b | /a%20b",
          "/a%2fb | ! | ! | ! | /a/b",
          "/a%2F%2fb | ! | ! | ! | /a/b",
          "/a%5cb | ! | ! | ! | /a/b",
          "/a%2f..%5Cb | ! | ! | ! | /b",
          "/a%252fb | /a%252fb | /a%252fb | /a%252fb | /a%252fb",
          "/a%25%32fb | /a%25%32fb | /a%252fb | /a%252fb | /a%252fb",
          "/a/..;x=1/b | /a/..;x=1/b | ! | ! | !",
          "/a/.;/b | /a/.;/b | ! | ! | !",
          "/a/%2e.;/b | /a/%2e.;/b | ! | ! | !",
          "/a;x=1 | /a;x=1 | /a;x=1 | /a;x=1 | /a;x=1",
          "/a%3b%3Fb | /a%3b%3Fb | /a%3B%3Fb | /a%3B%3Fb | /a%3B%3Fb");

  static Stream<Arguments> rows() {
    return TARGETS.stream().map(row -> Arguments.of((Object[]) row.split(" \\| ", -1)));
  }

  /// A target, and what it becomes under NONE, BASE, MERGE_SLASHES and DECODE_AND_MERGE_SLASHES;
  /// `!` for refused.
  @ParameterizedTest
  @MethodSource("rows")
  void normalizes_as_configured(
      String target, String none, String base, String merge, String decode) {
    assertThat(text(target, PathNormalization.NONE)).isEqualTo(none);
    assertThat(text(target, PathNormalization.BASE)).isEqualTo(base);
    assertThat(text(target, PathNormalization.MERGE_SLASHES)).isEqualTo(merge);
    assertThat(text(target, PathNormalization.DECODE_AND_MERGE_SLASHES)).isEqualTo(decode);
  }

  private static String text(String target, PathNormalization normalization) {
    return switch (CanonicalPath.of(target, normalization)) {
      case Canonical(var path, var query) -> {
        assertThat(query).isEmpty();
        yield path;
      }
      case Malformed _ -> "!";
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "a",
        "?a=b",
        "http://shop/a",
        "/a%00b",
        "/a%",
        "/a%4",
        "/a%zz",
        "/a%4g",
        "/a%-1",
        "/%%32f",
        "/a b",
        "/a\tb",
        "/a\u0000",
        "/a\r\nb",
        "/a\u007f",
        "/caf\u00e9",
        "/a%\uff12f",
        "/a#b",
        "/a?b#c",
        "/a?b c",
        "/a?\u00e9"
      })
  void refuses_what_has_no_single_reading_in_every_mode(String target) {
    for (PathNormalization normalization : PathNormalization.values()) {
      assertThat(CanonicalPath.of(target, normalization)).isInstanceOf(Malformed.class);
    }
  }

  @ParameterizedTest
  @EnumSource(PathNormalization.class)
  void splits_at_the_first_question_mark_and_leaves_the_query_alone(PathNormalization any) {
    assertThat(CanonicalPath.of("/a?b=/../%2f//?c=%zz", any))
        .isEqualTo(new Canonical("/a", "b=/../%2f//?c=%zz"));
    assertThat(CanonicalPath.of("/a?", any)).isEqualTo(new Canonical("/a", ""));
  }

  @Test
  void names_the_reason() {
    assertThat(CanonicalPath.of("/a%2fb", PathNormalization.BASE))
        .isEqualTo(new Malformed("escaped slash at 2"));
  }

  @Provide
  Arbitrary<String> targets() {
    return Arbitraries.of(
            "/", "/", "a", ".", "..", "\\", "%2f", "%5C", "%2e", "%61", "%25", "2f", ";", "%c3",
            "b")
        .list()
        .ofMaxSize(12)
        .map(parts -> "/" + String.join("", parts));
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void changes_nothing_the_second_time(
      @ForAll("targets") String target, @ForAll PathNormalization normalization) {
    if (CanonicalPath.of(target, normalization) instanceof Canonical once) {
      assertThat(CanonicalPath.of(once.path(), normalization)).isEqualTo(once);
    }
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void leaves_no_second_spelling(
      @ForAll("targets") String target, @ForAll PathNormalization normalization) {
    boolean normalizes = normalization != PathNormalization.NONE;
    boolean merges = normalizes && normalization != PathNormalization.BASE;
    if (normalizes && CanonicalPath.of(target, normalization) instanceof Canonical(var path, _)) {
      assertThat(path).startsWith("/").doesNotContain("\\", "%2f", "%2F", "%5C", "%61", "%2E");
      assertThat(path.split("/", -1)).doesNotContain(".", "..");
      if (merges) {
        assertThat(path).doesNotContain("//");
      }
    }
  }
}
