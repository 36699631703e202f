package dev.sluice.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class EscapesTest {

  @Test
  void ordinary_text_stays_as_it_is() {
    assertThat(Escapes.visible("cluster.local/ns/shop/sa/wéb – 日本 \\ # [x]"))
        .isEqualTo("cluster.local/ns/shop/sa/wéb – 日本 \\ # [x]");
  }

  @Test
  void what_is_invisible_is_written_out() {
    assertThat(Escapes.visible("a\u001b[0m\u202eb\u200bc\u2028\n\t\r\u0085\ue000"))
        .isEqualTo("a<U+001B>[0m<U+202E>b<U+200B>c<U+2028>\\n\\t\\r<U+0085><U+E000>");
  }

  @Test
  void orders_to_runners_are_broken_up() {
    assertThat(Escapes.visible("x ##[stop-commands]y ##vso[task.setvariable]z"))
        .isEqualTo("x #<U+0023>[stop-commands]y #<U+0023>vso[task.setvariable]z");
    assertThat(Escapes.json("{\"a\":\"##[b]\"}")).isEqualTo("{\"a\":\"#\\u0023[b]\"}");
  }

  @Property
  void no_text_can_control_a_terminal(@ForAll String text) {
    assertThat(Escapes.visible(text).codePoints())
        .noneMatch(Character::isISOControl)
        .noneMatch(point -> Character.getType(point) == Character.FORMAT)
        .noneMatch(point -> Character.getType(point) == Character.SURROGATE);
  }
}
