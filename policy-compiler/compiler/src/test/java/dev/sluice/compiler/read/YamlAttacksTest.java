package dev.sluice.compiler.read;

import static dev.sluice.compiler.read.Reading.policy;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Ways to make a reader slow, or a reviewer see something else than a parser, and what stops each.
@Timeout(value = 20, unit = SECONDS)
class YamlAttacksTest {

  @ParameterizedTest
  @MethodSource({"sizes", "characters", "encodings", "unset", "formats", "names"})
  void an_attack_is_refused_where_it_is(Row row) {
    assertThat(row.found()).isEqualTo(row.errors());
  }

  static List<Row> sizes() {
    String sound = policy("rules:\n- {}");
    String value = "rules:\n- from:\n  - source: {namespaces: [%s]}";
    return List.of(
        Row.of("file of 1 MiB", padded(sound, 1 << 20)),
        Row.of("file of 1 MiB and a byte", padded(sound, (1 << 20) + 1), "SLU1002 1:1"),
        Row.of(
            "value of 65,537 characters",
            policy(value.formatted("a".repeat(65_537))),
            "SLU1002 7:29"),
        Row.of("1,000 documents", documents(1_000)),
        Row.of("1,001 documents", documents(1_001), "SLU1002 1:1"),
        Row.of(
            "number of a million digits",
            policy(value.formatted("1".repeat(1_000_000))),
            "SLU1002 7:29"),
        Row.of(
            "depth that a stack would not bear",
            policy("x: " + "{a: ".repeat(200_000)),
            "SLU1012 5:254"));
  }

  private static String padded(String text, int size) {
    return text + "#" + " ".repeat(size - text.length() - 2) + "\n";
  }

  private static String documents(int count) {
    return String.join(
        "---\n", IntStream.range(0, count).mapToObj(i -> Reading.named("p" + i)).toList());
  }

  static List<Row> characters() {
    List<Row> rows = new ArrayList<>();
    int[] hidden = {
      0x01, 0x08, 0x0B, 0x0C, 0x1B, 0x7F, 0x80, 0x85, 0x9F, 0xAD, 0x34F, 0x61C, 0x115F, 0x180E,
      0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202B, 0x202C, 0x202D,
      0x202E, 0x2060, 0x2064, 0x2066, 0x2067, 0x2068, 0x2069, 0x206F, 0x3164, 0xFEFF, 0xFFA0,
      0xFFF9, 0xFFFE, 0xFFFF, 0x1D173, 0x1FFFE, 0xE0001, 0xE0020, 0xE0041, 0xE007F
    };
    for (int c : hidden) {
      String character = Character.toString(c);
      String name = "U+%04X ".formatted(c);
      rows.add(
          Row.of(
              name + "in a comment", policy("rules: # x" + character + "\n- {}"), "SLU1003 5:13"));
      rows.add(
          Row.of(
              name + "in a value",
              policy("action: A" + character + "LLOW\nrules:\n- {}"),
              "SLU1003 5:12"));
      rows.add(
          Row.of(
              name + "in a key",
              policy("a" + character + "ction: ALLOW\nrules:\n- {}"),
              "SLU1003 5:4"));
    }
    for (int c : new int[] {0x00, 0x1B, 0x85, 0x200B, 0x202E, 0x2028, 0xFEFF, 0xE0041}) {
      rows.add(
          Row.of(
              "escaped U+%04X".formatted(c),
              policy("rules:\n- from:\n  - source: {namespaces: [\"a\\U%08X\"]}".formatted(c)),
              "SLU1003 7:29"));
    }
    return rows;
  }

  static List<Row> encodings() {
    String sound = policy("rules:\n- {} # ü");
    return List.of(
        Row.of("UTF-8", sound),
        Row.file("Latin-1", "policy.yaml", sound.getBytes(ISO_8859_1), "SLU1001 6:10"),
        Row.file("UTF-16", "policy.yaml", ("\uFEFF" + sound).getBytes(UTF_16LE), "SLU1001 1:1"),
        Row.file(
            "UTF-16 without mark",
            "policy.yaml",
            "a: b".getBytes(UTF_16LE),
            "SLU1003 1:2",
            "SLU1003 1:4",
            "SLU1003 1:6",
            "SLU1003 1:8"),
        Row.file(
            "overlong encoding of a slash",
            "policy.yaml",
            new byte[] {'a', ':', (byte) 0xC0, (byte) 0xAF},
            "SLU1001 1:3"),
        Row.file(
            "encoded surrogate",
            "policy.yaml",
            new byte[] {'a', (byte) 0xED, (byte) 0xA0, (byte) 0x80},
            "SLU1001 1:2"));
  }

  /// Fields whose absence widens what a policy covers: nothing, null and an empty text are not the
  /// same as absent.
  static List<Row> unset() {
    return List.of(
        unset("selector:", "SLU1104 5:3"),
        unset("selector: null", "SLU1104 5:13"),
        unset("selector: ~", "SLU1011 5:13", "SLU1104 5:13"),
        unset("selector: ''", "SLU1104 5:3"),
        unset("selector: {}", "SLU1203 5:3"),
        unset("selector: []", "SLU1104 5:3"),
        unset("selector: {matchLabels: }", "SLU1104 5:14"),
        unset("selector: {matchLabels: {}}", "SLU1203 5:3"),
        unset("targetRefs:", "SLU1104 5:3"),
        unset("targetRefs: null", "SLU1104 5:15"),
        unset("targetRefs: ~", "SLU1011 5:15", "SLU1104 5:15"),
        unset("targetRefs: ''", "SLU1104 5:3"),
        unset("targetRefs: {}", "SLU1104 5:3"),
        unset("targetRefs: []", "SLU1202 5:3"),
        Row.of("rules that are null", policy("rules:"), "SLU1104 5:3"),
        Row.of("`from` that is null", policy("rules:\n- from:"), "SLU1104 6:5"),
        Row.of("`from` that is an empty list", policy("rules:\n- from: []"), "SLU1202 6:5"),
        Row.of("`source` that is null", policy("rules:\n- from:\n  - source:"), "SLU1104 7:7"),
        Row.of(
            "`namespaces` that are null",
            policy("rules:\n- from:\n  - source:\n      namespaces:"),
            "SLU1104 8:9"));
  }

  private static Row unset(String field, String... errors) {
    return Row.of("`" + field + "`", policy(field + "\nrules:\n- {}"), errors);
  }

  static List<Row> formats() {
    String json =
        """
        {"apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy",
         "metadata": {"name": "api", "namespace": "shop"},
         "spec": {"action": "DENY", "rules": [{}]EXTRA}}
        """;
    return List.of(
        Row.file("JSON in a .json file", "p.json", json(json, "")),
        Row.file("JSON in a .yaml file", "p.yaml", json(json, "")),
        Row.file(
            "JSON with a duplicate key",
            "p.json",
            json(json, ", \"action\": \"ALLOW\""),
            "SLU1005 3:44"),
        Row.file("JSON with a comment", "p.json", json(json, "\n#, x\n"), "SLU1004 4:1"),
        Row.file(
            "JSON with a bare word",
            "p.json",
            json(json, ", \"x\": yes"),
            "SLU1103 3:44",
            "SLU1004 3:49",
            "SLU1011 3:49"),
        Row.file(
            "YAML in a .json file",
            "p.json",
            policy("rules:\n- {}").getBytes(UTF_8),
            "SLU1004 1:1"),
        Row.file("YAML in a .yml file", "p.yml", policy("rules:\n- {}").getBytes(UTF_8)));
  }

  static List<Row> names() {
    return List.of(
        Row.of(
            "generateName",
            policy("rules:\n- {}").replace("name: api", "generateName: api"),
            "SLU1102 3:1",
            "SLU1103 3:12"),
        Row.of(
            "generateName beside a name",
            policy("rules:\n- {}").replace("name: api", "name: api, generateName: api-"),
            "SLU1103 3:23"),
        Row.of(
            "non-ASCII host that looks like another",
            policy("rules:\n- to:\n  - operation: {hosts: [\u0430pi.shop]}"),
            "SLU1022 7:27"),
        Row.of(
            "non-ASCII namespace that looks like another",
            policy("rules:\n- from:\n  - source: {namespaces: [sh\u043Ep]}"),
            "SLU1022 7:29"));
  }

  private static byte[] json(String text, String extra) {
    return text.replace("EXTRA", extra).getBytes(UTF_8);
  }

  @Test
  void a_file_full_of_problems_is_not_read_to_its_end() {
    Reading reading = Reading.of("p.yaml", "a: [" + "*x, ".repeat(250_000) + "]\n");

    assertThat(reading.findings()).hasSize(FileParser.MAX_PROBLEMS + 1);
    assertThat(reading.findings()).extracting(Diagnostic::code).contains(Code.TOO_MANY_PROBLEMS);
    assertThat(reading.objects()).isEmpty();
  }

  @Test
  void a_file_full_of_hidden_characters_or_markers_is_not_listed_to_its_end() {
    assertThat(Reading.of("p.yaml", "\u200B".repeat(100_000)).findings()).hasSize(10);
    assertThat(Reading.of("p.yaml", "...\n".repeat(100_000)).findings()).hasSizeLessThan(20);
  }

  @Test
  void the_same_key_a_hundred_thousand_times_costs_little() {
    Reading reading = Reading.of("p.yaml", "a:\n".repeat(100_000));

    assertThat(reading.places()).hasSize(FileParser.MAX_PROBLEMS + 1);
  }

  @Test
  void keys_with_one_hash_code_cost_little() {
    var text = new StringBuilder();
    for (int i = 0; i < 1 << 15; i++) {
      for (int bit = 0; bit < 15; bit++) {
        text.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      text.append(":\n");
    }

    assertThat(Reading.of("p.yaml", text.toString()).places()).containsExactly("SLU1101 1:1");
  }
}
