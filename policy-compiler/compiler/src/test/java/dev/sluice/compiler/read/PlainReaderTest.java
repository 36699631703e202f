package dev.sluice.compiler.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.FileParser.Parsed;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.ReadDocument.Soundness;
import dev.sluice.compiler.read.fuzz.Mutator;
import dev.sluice.compiler.read.fuzz.ReaderTarget;
import dev.sluice.compiler.read.fuzz.Seeds;
import dev.sluice.compiler.source.SourceFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the quick reader takes, both parsers and a cluster take for the same: value by value, place
/// by place.
class PlainReaderTest {

  private static final String FILE = "fuzz.yaml";
  private static final int MUTATIONS = Integer.getInteger("sluice.fuzz.plain", 100_000);
  private static final long SEED = Long.getLong("sluice.fuzz.seed", 7);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: b",
        "a: b\n",
        "a: some words, here\n",
        "a: x # comment\n",
        "# comment\na: b\n# comment\n  # comment\nc: d\n",
        "---\na: b\n---\n---\nc: d\n",
        "a:\n  b:\n    c: d\n  e: f\ng: h\n",
        "a:\n- b\n- c: d\n  e: f\n-   g: h\n    i: j\nk: l\n",
        "a:\n  - b:\n    - c\n  - d\n",
        "a: [b, \"c\", 'd', 1, /e/*]\nf: {g: h, i: {j: [k]}, l: []}\nm: {}\n",
        "a: \"{{ # : - [\"\n",
        "a: [ b , c ]   \n",
        "8080: {mode: STRICT}\n",
        "a: cluster.local/ns/shop/sa/web\nb: registry.example/app:1\nc: 10.0.0.0/8\nd: 30s\n",
        "a: true\nb: null\nc: 0\nd: 123456789\n"
      })
  void plain_files_are_read(String text) {
    assertThat(read(text)).isPresent();
    compare(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: b\r\n",
        "a:\tb\n",
        "a: é\n",
        "a: \u0085\n",
        "a: b\0\n",
        "%YAML 1.1\n---\na: b\n",
        "a: b\n...\n",
        "--- \na: b\n",
        "---  # comment\na: b\n",
        "---a: b\n",
        " a: b\n",
        "- a\n",
        "a\n",
        "{a: b}\n",
        "a:\n",
        "a: b\na: c\n",
        "a: {b: c, b: d}\n",
        "a: b\n  c\n",
        "a: \"b\n  c\"\n",
        "a: \"\\u0000\"\n",
        "a: 'b''c'\n",
        "a: |\n  b\n",
        "a: >-\n  b\n",
        "a: &b c\n",
        "a: *b\n",
        "a: !b c\n",
        "<<: {a: b}\n"
      })
  void what_could_hide_something_is_left_to_the_parsers(String text) {
    assertThat(read(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "? a\n",
        "a: b: c\n",
        "a : b\n",
        "a:b\n",
        "a: [b,\n  c]\n",
        "a: [b,]\n",
        "a: [b: c]\n",
        "a: {b}\n",
        "a: {b:c}\n",
        "a: {b: c}d\n",
        "a: \"b\"#c\n",
        "a:\n- - b\n",
        "a:\n-\n  b: c\n",
        "a:\n    b: c\n  d: e\n",
        "a:\n  b: c\n  - d\n",
        "a: - b\n"
      })
  void uncommon_structure_is_left_to_the_parsers(String text) {
    assertThat(read(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: yes\n",
        "a: NO\n",
        "a: 0755\n",
        "a: 1e3\n",
        "a: 1.0\n",
        "a: 1_000\n",
        "a: 1:30\n",
        "a: 2024-01-01\n",
        "a: 1234567890\n",
        "a: -1\n",
        "a: +1\n",
        "a: .5\n",
        "a: ~\n",
        "a: =\n",
        "y: a\n",
        "null: a\n",
        "true: a\n",
        "\"a\": b\n"
      })
  void values_that_depend_on_the_reader_are_left_to_the_parsers(String text) {
    assertThat(read(text)).isEmpty();
  }

  @Test
  void what_is_too_much_is_left_to_the_parsers() {
    assertThat(read("a: b\n" + "---\n".repeat(FileParser.MAX_DOCUMENTS))).isEmpty();
    assertThat(read("a: " + "[".repeat(40) + "]".repeat(40) + "\n")).isEmpty();
    assertThat(read("a" + "b".repeat(128) + ": c\n")).isEmpty();
    assertThat(read("# " + "x".repeat(TextCheck.MAX_FILE_BYTES) + "\na: b\n")).isEmpty();
    assertThat(PlainReader.read(new SourceFile("a.json", "a: b\n".getBytes(UTF_8)))).isEmpty();
    var fields = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      fields.append("field").append(i).append(": a\n");
    }
    assertThat(read(fields.toString())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"''", "'a: '", "'a:\n'", "'a:\n- '", "'a:\n  b: c\n'", "'a: ['", "'a: {'"})
  void every_short_text_that_is_taken_is_the_same_to_all(String start) {
    int taken = 0;
    for (String text : all("a1 \n:-#{}[],\"", 5)) {
      taken += compare(start + text) ? 1 : 0;
    }
    assertThat(taken).isGreaterThan(10);
  }

  @Test
  void every_short_value_that_is_taken_is_the_same_to_all() {
    int taken = 0;
    for (String value : all("019.-+exob_:/sT", 4)) {
      taken += compare("a: " + value + "\n") ? 1 : 0;
      taken += compare("a: [" + value + "]\n") ? 1 : 0;
      taken += compare(value + ": a\n") ? 1 : 0;
    }
    for (String word : all("yYnNoOfFuUlLtTrReEsS", 4)) {
      taken += compare("a: " + word + "\n") ? 1 : 0;
      taken += compare(word + ": a\n") ? 1 : 0;
    }
    assertThat(taken).isGreaterThan(1_000);
  }

  @Test
  void every_mutation_that_is_taken_is_the_same_to_all() {
    var mutator = new Mutator(new SplittableRandom(SEED), Seeds.files());
    int taken = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      taken += compare(new String(mutator.next(), UTF_8)) ? 1 : 0;
    }
    // a reader that refuses everything is never wrong
    assertThat(taken).isGreaterThan(MUTATIONS / 20);
  }

  /// Every text over an alphabet up to a length.
  private static Iterable<String> all(String alphabet, int length) {
    List<String> texts = new ArrayList<>(List.of(""));
    for (int done = 0, n = 0; n < length; n++) {
      int end = texts.size();
      for (int i = done; i < end; i++) {
        for (int c = 0; c < alphabet.length(); c++) {
          texts.add(texts.get(i) + alphabet.charAt(c));
        }
      }
      done = end;
    }
    return texts;
  }

  private static Optional<List<Node>> read(String text) {
    return PlainReader.read(new SourceFile(FILE, text.getBytes(UTF_8)));
  }

  /// Holds what was taken against the parsers and the cluster; whether anything was.
  private static boolean compare(String text) {
    Optional<List<Node>> plain = read(text);
    if (plain.isEmpty()) {
      return false;
    }
    var findings = new Diagnostics();
    List<Parsed> careful =
        TwoParsers.read(FILE, text, findings).stream()
            .filter(document -> document.root() != null)
            .toList();
    List<Parsed> quick =
        plain.get().stream().map(root -> new Parsed(root, Soundness.SOUND)).toList();
    if (!findings.isEmpty() || !careful.equals(quick)) {
      throw new AssertionError(
          "`" + text + "`\nquick:   " + quick + "\ncareful: " + careful + findings.sorted());
    }
    var expander = new ListExpander(findings);
    plain
        .get()
        .forEach(root -> expander.add(new ReadDocument((MappingNode) root, Soundness.SOUND)));
    if (!findings.hasErrors()) {
      ReaderTarget.compare(expander.documents(), text.getBytes(UTF_8));
    }
    return true;
  }
}
