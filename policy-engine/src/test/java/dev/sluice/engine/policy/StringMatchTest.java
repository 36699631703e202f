package dev.sluice.engine.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.identity.SpiffeId;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StringMatchTest {

  @Test
  void reads_stars_only_at_the_ends() {
    assertThat(StringMatch.parse("*")).isEqualTo(new StringMatch.Present());
    assertThat(StringMatch.parse("abc*")).isEqualTo(new StringMatch.Prefix("abc"));
    assertThat(StringMatch.parse("*abc")).isEqualTo(new StringMatch.Suffix("abc"));
    assertThat(StringMatch.parse("abc")).isEqualTo(new StringMatch.Exact("abc"));
    assertThat(StringMatch.parse("a*c")).isEqualTo(new StringMatch.Exact("a*c"));
    assertThat(StringMatch.parse("*b*")).isEqualTo(new StringMatch.Suffix("b*"));
    assertThat(StringMatch.parse("**")).isEqualTo(new StringMatch.Suffix("*"));
  }

  @ParameterizedTest
  @CsvSource({
    "*, a, true",
    "*, '', false",
    "abc*, abc, true",
    "abc*, abcd, true",
    "abc*, ab, false",
    "abc*, xabc, false",
    "*abc, abc, true",
    "*abc, xabc, true",
    "*abc, bc, false",
    "abc, abc, true",
    "abc, ABC, false",
    "'', '', true",
    "a*c, abc, false",
    "a*c, a*c, true",
    "*b*, abx, false",
    "*b*, ab*, true"
  })
  void compares_case_sensitively(String pattern, String text, boolean expected) {
    assertThat(StringMatch.parse(pattern).matches(text)).isEqualTo(expected);
  }

  @Test
  void takes_the_empty_text_for_absent() {
    assertThat(new StringMatch.Prefix("").matches("")).isFalse();
    assertThat(new StringMatch.Suffix("").matches("")).isFalse();
    assertThat(new StringMatch.Prefix("").matchesIgnoringCase("")).isFalse();
    assertThat(new StringMatch.Prefix("").matches("a")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "Example.com, eXAMPLE.COM, true",
    "example.com, example.com:8080, false",
    "*.Example.com, api.example.COM, true",
    "*.example.com, example.com, false",
    "API.*, api.shop, true",
    "api.*, ap, false",
    "*, a, true",
    "*, '', false",
    "kiosk, \u212Aiosk, false",
    "*sa, \u017Fa, false"
  })
  void ignores_the_case_of_ascii_letters_only(String pattern, String text, boolean expected) {
    assertThat(StringMatch.parse(pattern).matchesIgnoringCase(text)).isEqualTo(expected);
  }

  @Property
  void compares_a_principal_as_its_text(
      @ForAll @CharRange(from = 'a', to = 'b') @StringLength(min = 1, max = 3) String domain,
      @ForAll @CharRange(from = 'a', to = 'b') @StringLength(min = 1, max = 3) String namespace,
      @ForAll @CharRange(from = 'a', to = 'b') @StringLength(min = 1, max = 3) String account,
      @ForAll int cut) {
    var id = SpiffeId.of(domain, namespace, account);
    String text = id.principal();
    int at = Math.floorMod(cut, text.length());

    assertThat(PrincipalText.matches(new StringMatch.Exact(text), id)).isTrue();
    assertThat(PrincipalText.matches(new StringMatch.Exact(text + "a"), id)).isFalse();
    assertThat(PrincipalText.matches(new StringMatch.Exact(text.substring(0, at)), id)).isFalse();
    assertThat(PrincipalText.matches(new StringMatch.Prefix(text.substring(0, at)), id)).isTrue();
    assertThat(PrincipalText.matches(new StringMatch.Suffix(text.substring(at)), id)).isTrue();
    assertThat(PrincipalText.matches(new StringMatch.Suffix("a" + text), id)).isFalse();
    for (int i = 0; i < text.length(); i++) {
      String wrong = text.substring(0, i) + '!' + text.substring(i + 1);
      assertThat(PrincipalText.matches(new StringMatch.Exact(wrong), id)).isFalse();
      assertThat(PrincipalText.matches(new StringMatch.Prefix(wrong.substring(0, i + 1)), id))
          .isFalse();
      assertThat(PrincipalText.matches(new StringMatch.Suffix(wrong.substring(i)), id)).isFalse();
    }
  }
}
