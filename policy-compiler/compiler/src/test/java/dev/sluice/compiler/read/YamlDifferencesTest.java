package dev.sluice.compiler.read;

import static dev.sluice.compiler.read.Reading.policy;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every input that YAML readers were measured to take differently: kubectl, Kustomize and the Java
/// parsers. A policy is accepted when all agree, and refused at the exact place otherwise.
class YamlDifferencesTest {

  private static final List<String> TO_SOME_A_NUMBER =
      List.of(
          "0755",
          "0o17",
          "0x1F",
          "0X1f",
          "0b11",
          "1_000",
          "08",
          "1:30:00",
          "1:30",
          "1e3",
          "1E+3",
          "+1",
          ".5",
          "1.",
          "-.5",
          ".inf",
          "-.INF",
          "+.Inf",
          ".nan",
          ".NaN",
          "-_1",
          "0_x1F",
          "1_e3",
          "1e_3",
          "1__2",
          "0_",
          "+0x1",
          "00",
          "2024-01-01",
          "2024-1-1 2:3:4",
          "2001-12-14t21:59:43.10-05:00");

  @ParameterizedTest
  @MethodSource({
    "structure",
    "references",
    "keys",
    "words",
    "numbers",
    "plainNumbers",
    "characters",
    "escapes",
    "documents",
    "oddities"
  })
  void a_policy_is_refused_where_readers_differ(Row row) {
    assertThat(row.found()).isEqualTo(row.errors());
  }

  static List<Row> structure() {
    return List.of(
        Row.of(
            "duplicate key: kubectl keeps the last, Kustomize refuses",
            policy("action: DENY\naction: ALLOW\nrules:\n- {}"),
            "SLU1005 6:3"),
        Row.of(
            "duplicate key, one quoted",
            policy("action: DENY\n\"action\": ALLOW\nrules:\n- {}"),
            "SLU1005 6:3"),
        Row.of(
            "duplicate key, one with an escape",
            policy("action: DENY\n\"\\x61ction\": ALLOW\nrules:\n- {}"),
            "SLU1005 6:3"),
        Row.of(
            "duplicate key, one in single quotes in a flow mapping",
            policy("{action: DENY, rules: [{}], 'action': ALLOW}"),
            "SLU1005 5:31"),
        Row.of(
            "duplicate key with a tag",
            policy("action: DENY\n!!str action: ALLOW\nrules:\n- {}"),
            "SLU1005 6:3",
            "SLU1008 6:3"),
        Row.of(
            "duplicate key at the top: two specs",
            policy("rules:\n- {}") + "spec:\n  action: DENY\n  rules:\n  - {}\n",
            "SLU1005 7:1"));
  }

  static List<Row> references() {
    return List.of(
        Row.of(
            "anchor and alias: resolved, or the name of the anchor",
            policy("action: ALLOW\nrules:\n- from: &f\n  - source: {namespaces: [a]}\n- from: *f"),
            "SLU1006 7:11",
            "SLU1104 9:5",
            "SLU1006 9:11"),
        Row.of(
            "anchor on a scalar that nobody uses",
            policy("action: &a ALLOW\nrules:\n- {}"),
            "SLU1006 5:11"),
        Row.of(
            "merge key: merged, or a field",
            policy("<<: {action: DENY}\nrules:\n- {}"),
            "SLU1007 5:3",
            "SLU1103 5:3"),
        Row.of(
            "alias bomb",
            policy("x: [&a [z], &b [*a, *a], *b, *b]\nrules:\n- {}"),
            "SLU1103 5:3",
            "SLU1006 5:7",
            "SLU1006 5:15",
            "SLU1006 5:19",
            "SLU1006 5:23",
            "SLU1006 5:28",
            "SLU1006 5:32"),
        Row.of(
            "alias of itself",
            policy("rules: &r\n- from: *r"),
            "SLU1006 5:10",
            "SLU1104 6:5",
            "SLU1006 6:11"));
  }

  static List<Row> keys() {
    return List.of(
        Row.of(
            "null key", policy("~: 1\nrules:\n- {}"), "SLU1011 5:3", "SLU1013 5:3", "SLU1103 5:3"),
        Row.of("empty key", policy(": 1\nrules:\n- {}"), "SLU1004 5:3"),
        Row.of("explicit empty key", policy("?\n: 1\nrules:\n- {}"), "SLU1013 5:4", "SLU1103 5:4"),
        Row.of("mapping as key", policy("{a: b}: 1\nrules:\n- {}"), "SLU1013 5:3"),
        Row.of("list as key", policy("? [a]\n: 1\nrules:\n- {}"), "SLU1013 5:5"),
        Row.of(
            "case variant beside the field",
            policy("Action: DENY\naction: ALLOW\nrules:\n- {}"),
            "SLU1103 5:3"),
        Row.of(
            "`Spec` beside `spec`",
            policy("rules:\n- {}") + "Spec:\n  action: DENY\n",
            "SLU1103 7:1"));
  }

  /// `value` as a namespace, where text is wanted.
  private static Row plain(String value, String... errors) {
    return Row.of(
        "plain `" + value + "`",
        policy("rules:\n- from:\n  - source:\n      namespaces: [" + value + "]"),
        errors);
  }

  static List<Row> words() {
    List<Row> rows = new ArrayList<>();
    for (String word :
        List.of(
            "NO", "No", "no", "yes", "YES", "on", "On", "off", "OFF", "y", "Y", "n", "N", "True",
            "TRUE", "False", "NULL", "Null", "~", "=")) {
      rows.add(plain(word, "SLU1011 8:22"));
    }
    rows.add(plain("true", "SLU1104 8:22"));
    rows.add(plain("null", "SLU1104 8:22"));
    for (String word : List.of("'NO'", "\"no\"", "nope", "yes-or-no", "y1", "truely")) {
      rows.add(plain(word));
    }
    rows.add(
        Row.of(
            "`y:` is the key `true` to kubectl",
            policy("y: 1\nrules:\n- {}"),
            "SLU1011 5:3",
            "SLU1103 5:3"));
    rows.add(
        Row.of(
            "`on:` is the key `true` to kubectl",
            policy("selector: {matchLabels: {on: a}}\nrules:\n- {}"),
            "SLU1011 5:28"));
    return rows;
  }

  static List<Row> numbers() {
    List<Row> rows = new ArrayList<>();
    for (String number : TO_SOME_A_NUMBER) {
      rows.add(plain(number, "SLU1011 8:22"));
    }
    for (String number :
        List.of(
            "9007199254740993",
            "-9007199254740993",
            "12345678901234567890",
            "80.0",
            "-0",
            "0.1234567890123456")) {
      rows.add(plain(number, "SLU1016 8:22", "SLU1104 8:22"));
    }
    rows.add(plain("9".repeat(33), "SLU1011 8:22"));
    return rows;
  }

  static List<Row> plainNumbers() {
    List<Row> rows = new ArrayList<>();
    for (String number : List.of("1", "0", "-7", "1.5", "9007199254740992")) {
      rows.add(plain(number, "SLU1104 8:22"));
    }
    for (String text : List.of("1a", "0x", "0o8", "0b2", "'0755'", "e3", "2024-01-01a", "v1.10")) {
      rows.add(plain(text));
    }
    rows.add(Row.of("float in an integer field", route("port: 80.0"), "SLU1016 6:49"));
    rows.add(
        Row.of(
            "big integer in an integer field",
            route("port: 12345678901234567890"),
            "SLU1016 6:49",
            "SLU1106 6:49"));
    rows.add(
        Row.of(
            "fraction as key",
            policy("selector: {matchLabels: {1.10: a}}\nrules:\n- {}"),
            "SLU1016 5:28"));
    return rows;
  }

  private static String route(String port) {
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: {name: api, namespace: shop}
    spec:
      parentRefs:
      - {group: "", kind: Service, name: api, PORT}
      rules:
      - backendRefs: [{name: api, port: 80}]
    """
        .replace("PORT", port);
  }

  static List<Row> characters() {
    List<Row> rows = new ArrayList<>();
    for (int c : new int[] {0x85, 0x2028, 0x2029}) {
      String hidden = Character.toString(c);
      rows.add(
          Row.of(
              "hidden line break U+%04X in a comment".formatted(c),
              policy("action: DENY # safe" + hidden + "action: ALLOW\nrules:\n- {}"),
              "SLU1003 5:22"));
      rows.add(
          Row.of(
              "hidden line break U+%04X in a value".formatted(c),
              policy("action: ALLOW" + hidden + "  dryRun: true\nrules:\n- {}"),
              "SLU1003 5:16"));
    }
    return rows;
  }

  static List<Row> escapes() {
    List<Row> rows = new ArrayList<>();
    rows.add(Row.of("raw NUL", policy("action: \0DENY"), "SLU1003 5:11"));
    rows.add(
        Row.of(
            "escaped NUL",
            policy("rules:\n- from:\n  - source: {namespaces: [\"a\\0\"]}"),
            "SLU1003 7:29"));
    rows.add(
        Row.of(
            "lone surrogate",
            policy("rules:\n- from:\n  - source: {namespaces: [\"\\ud800\"]}"),
            "SLU1003 7:29"));
    rows.add(
        Row.of(
            "zero-width space in a value",
            policy("rules:\n- from:\n  - source: {namespaces: [sh\u200Bop]}"),
            "SLU1003 7:31"));
    rows.add(
        Row.of(
            "right-to-left override in a value",
            policy("rules:\n- from:\n  - source: {namespaces: [\u202Epohs]}"),
            "SLU1003 7:29"));
    rows.add(Row.of("byte order mark at the start", "\uFEFF" + policy("rules:\n- {}")));
    rows.add(Row.of("lines that end with CR LF", policy("rules:\n- {}").replace("\n", "\r\n")));
    rows.add(
        Row.of(
            "lone carriage return: a line to YAML, none to kubectl's splitter",
            policy("rules:\n- {}") + "---\r" + Reading.named("other"),
            "SLU1003 7:4"));
    return rows;
  }

  static List<Row> documents() {
    String first = policy("rules:\n- {}");
    String second = Reading.named("other");
    return List.of(
        Row.of(
            "`...` and a second document without `---`",
            first + "...\n" + second,
            "SLU1010 7:1",
            "SLU1004 8:1"),
        Row.of("`...` at the end", first + "...\n", "SLU1010 7:1"),
        Row.of("`... # comment`", first + "... # end\n", "SLU1010 7:1"),
        Row.of("second document after `---`", first + "---\n" + second),
        Row.of("separator with a comment", first + "--- # second\n" + second),
        Row.of(
            "`---#` separates for kubectl and is a key in YAML",
            first + "---#: x\n",
            "SLU1004 7:1",
            "SLU1103 7:1"),
        Row.of(
            "content beside the separator", first + "--- {a: b}\n", "SLU1004 7:1", "SLU1101 7:5"),
        Row.of("content glued to the separator", first + "---a: b\n", "SLU1004 7:1", "SLU1103 7:1"),
        Row.of("`%YAML` directive", "%YAML 1.2\n---\n" + first, "SLU1009 1:1"),
        Row.of("`%TAG` directive", "%TAG ! tag:x,2000:\n---\n" + first, "SLU1009 1:1"),
        Row.of("unknown directive", "%FOO bar\n---\n" + first, "SLU1009 1:1"));
  }

  static List<Row> oddities() {
    return List.of(
        Row.of(
            "colon before a flow indicator: the key `x`, or the key `x:` to kubectl",
            policy("rules: [{}, {x:}]"),
            "SLU1015 5:16",
            "SLU1103 5:16"),
        Row.of("local tag", policy("action: !foo ALLOW\nrules:\n- {}"), "SLU1008 5:11"),
        Row.of(
            "`!!binary` is decoded by kubectl only",
            policy("action: !!binary REVOWQ==\nrules:\n- {}"),
            "SLU1008 5:11",
            "SLU1105 5:11"),
        Row.of(
            "global tag of a Java class",
            policy("action: !!javax.script.ScriptEngineManager ALLOW\nrules:\n- {}"),
            "SLU1008 5:11"),
        Row.of("non-specific tag", policy("action: ! ALLOW\nrules:\n- {}"), "SLU1008 5:11"),
        Row.of("flow depth 1,000", policy("rules: " + "[".repeat(1000)), "SLU1012 5:72"),
        Row.of("block depth 2,000", policy("rules: \n" + "- ".repeat(2000)), "SLU1012 6:127"),
        Row.of(
            "depth 64",
            policy("x: " + "[".repeat(62) + "]".repeat(62) + "\nrules: [{}]"),
            "SLU1103 5:3"),
        Row.of("depth 65", policy("x: " + "[".repeat(63) + "]".repeat(63)), "SLU1012 5:68"));
  }
}
