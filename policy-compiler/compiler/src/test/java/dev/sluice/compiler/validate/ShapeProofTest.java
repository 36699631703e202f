package dev.sluice.compiler.validate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.Style;
import dev.sluice.compiler.read.ReadDocument;
import dev.sluice.compiler.read.TreeReader;
import dev.sluice.compiler.read.fuzz.Mutator;
import dev.sluice.compiler.read.fuzz.Seeds;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.source.Span;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is proven to fit a schema, the schema's own validator lets pass.
class ShapeProofTest {

  private static final int MUTATIONS = Integer.getInteger("sluice.fuzz.files", 20_000);

  @Test
  void nothing_is_proven_that_the_validator_refuses() {
    var mutator = new Mutator(new SplittableRandom(3), Seeds.files());
    int proven = 0;
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      for (ReadDocument document : documents(mutator.next())) {
        for (PolicyKind kind : PolicyKind.values()) {
          boolean fits = kind.schema().isProven(document.root());
          boolean passes = kind.schema().everyError(document.root()).isEmpty();
          assertThat(passes || !fits).as("%s %s", kind, document).isTrue();
          proven += fits ? 1 : 0;
          refused += passes ? 0 : 1;
        }
      }
    }
    assertThat(proven).isGreaterThan(MUTATIONS / 100);
    assertThat(refused).isGreaterThan(proven);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"enum": ["a"]}                                                  | {x: a}  | {x: b}
          {"const": "a"}                                                   | {x: a}  | {x: 1}
          {"type": "string", "pattern": "^a+$"}                            | {x: aa} | {x: ab}
          {"type": "string", "minLength": 1, "maxLength": 2}               | {x: ab} | {x: abc}
          {"type": "integer"}                                              | {x: 1}  | {x: 1.5}
          {"type": ["number", "null"]}                                     | {x: null} | {x: true}
          {"type": "array", "maxItems": 1, "items": {"type": "string"}}    | {x: [a]} | {x: [1]}
          {"type": "array", "minItems": 1, "maxItems": 1}                  | {x: [a]} | {x: [a, b]}
          {"type": "object", "required": ["a"]}                            | {x: {a: b}} | {x: {b: b}}
          {"properties": {"a": {}}, "additionalProperties": false}         | {x: {a: b}} | {x: {b: b}}
          {"additionalProperties": {"type": "string"}}                     | {x: {a: b}} | {x: {a: 1}}
          {"propertyNames": {"pattern": "^a"}, "maxProperties": 1}         | {x: {a: b}} | {x: {b: b}}
          {"$ref": "#/$defs/d", "maxLength": 1}                            | {x: a} | {x: b}
          """)
  void every_known_keyword_is_held_to(String schema, String fits, String other) throws Exception {
    var proof =
        ShapeProof.of(
            new JsonMapper()
                .readTree(
                    "{\"properties\": {\"x\": "
                        + schema
                        + "}, \"$defs\": {\"d\": {\"const\": \"a\"}}}"));

    assertThat(proof.fits(x(fits))).isTrue();
    assertThat(proof.fits(x(other))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"not": {"type": "number"}}
          {"oneOf": [{"type": "string"}]}
          {"enum": [1, "a"]}
          {"enum": ["a"], "const": "a"}
          {"minimum": 1}
          {"$ref": "#/$defs/loop"}
          {"$ref": "https://example.com/schema"}
          true
          """)
  void what_it_does_not_know_it_does_not_prove(String schema) throws Exception {
    var proof =
        ShapeProof.of(
            new JsonMapper()
                .readTree(
                    "{\"properties\": {\"x\": "
                        + schema
                        + "}, \"$defs\": {\"loop\": {\"items\": {\"$ref\": \"#/$defs/loop\"}}}}"));

    assertThat(proof.fits(x("{x: [[a]]}"))).isFalse();
    assertThat(proof.fits(new MappingNode(List.of(), Span.startOf("a.yaml")))).isTrue();
    assertThat(proof.fits(new ScalarNode("a", Style.QUOTED, Span.startOf("a.yaml")))).isTrue();
  }

  private static MappingNode x(String yaml) {
    byte[] file = ("apiVersion: v1\nkind: A\nspec: " + yaml + "\n").getBytes(UTF_8);
    return Objects.requireNonNull(documents(file).getFirst().root().mapping("spec"));
  }

  private static List<ReadDocument> documents(byte[] bytes) {
    var tree = new SourceTree(List.of(new SourceFile("a.yaml", bytes)));
    return TreeReader.read(tree, new Diagnostics()).documents();
  }
}
