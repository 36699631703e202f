package dev.sluice.compiler.validate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.ReadDocument;
import dev.sluice.compiler.read.ReadTree;
import dev.sluice.compiler.read.TreeReader;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.schemas.ApiRules;
import dev.sluice.schemas.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Breaks every rule of the API server once, with each version of its kind.
class ApiServerRulesTest {

  private static final Path ROOT = Path.of(System.getProperty("sluice.root", "../.."));

  /// A value that breaks the rule `id` of a kind, as the object's `spec`.
  record Row(PolicyKind kind, String id, String spec) {}

  static List<Row> rows() {
    var rows = new ArrayList<Row>();
    for (PolicyKind kind : PolicyKind.values()) {
      for (String line : lines(kind)) {
        int bar = line.indexOf('|');
        rows.add(new Row(kind, line.substring(0, bar).strip(), line.substring(bar + 1).strip()));
      }
    }
    return rows;
  }

  @ParameterizedTest
  @MethodSource("rows")
  void a_broken_rule_is_one_finding_and_not_two(Row row) {
    ApiRule rule = rule(row);
    for (String version : List.of("v1", "v1beta1")) {
      List<Code> errors =
          findings(document(row, version)).stream()
              .filter(finding -> finding.severity() == Severity.ERROR)
              .map(Diagnostic::code)
              .toList();
      String expected =
          !rule.reportedAs().isEmpty()
              ? rule.reportedAs()
              : rule.channel() == ApiRule.Channel.STANDARD
                  ? Code.EXPERIMENTAL_FIELD.id()
                  : Code.API_RULE.id();
      assertThat(errors.stream().map(Code::id)).contains(expected);
      if (!rule.reportedAs().isEmpty()) {
        assertThat(errors).doesNotContain(Code.API_RULE);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void what_a_rule_needs_is_in_every_value_that_breaks_it(Row row) {
    ApiRule rule = rule(row);
    var broken = new ArrayList<String>();
    MappingNode root = parse(document(row, "v1")).root();
    for (NodePattern path : rule.paths()) {
      path.forEach(
          root,
          (node, place) -> {
            if (!rule.expression().holds(ApiServerRules.value(node))) {
              assertThat(rule.needs().areMet(node)).as(place.toString()).isTrue();
              broken.add(place.toString());
            }
          });
    }
    assertThat(broken).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(PolicyKind.class)
  void every_rule_has_a_row_that_breaks_it(PolicyKind kind) {
    Set<String> broken = new HashSet<>();
    rows().stream().filter(row -> row.kind() == kind).forEach(row -> broken.add(row.id()));

    assertThat(kind.rules().rules().stream().map(ApiRule::id))
        .containsExactlyInAnyOrderElementsOf(broken);
  }

  @Test
  void valid_examples_break_no_rule_even_where_it_would_not_be_evaluated() {
    List<Path> examples = valid();
    assertThat(examples).hasSizeGreaterThan(20);
    for (Path example : examples) {
      for (ReadDocument document : read(bytes(example)).documents()) {
        PolicyKind.of(document).ifPresent(kind -> assertHolds(kind, document.root(), example));
      }
    }
  }

  private static void assertHolds(PolicyKind kind, MappingNode root, Path example) {
    for (ApiRule rule : kind.rules().rules()) {
      for (NodePattern path : rule.paths()) {
        path.forEach(
            root,
            (node, place) ->
                assertThat(rule.expression().holds(ApiServerRules.value(node)))
                    .as(rule.id() + " at " + place + " of " + example)
                    .isTrue());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ApiRules.class)
  void a_rule_file_fits_its_schema(ApiRules file) throws IOException {
    JsonNode rules;
    try (InputStream stream = file.open()) {
      rules = new JsonMapper().readTree(stream);
    }
    try (InputStream schema = Schemas.API_RULES.open()) {
      assertThat(
              SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                  .getSchema(schema, InputFormat.JSON)
                  .validate(rules))
          .isEmpty();
    }
    assertThat(rules.findValuesAsText("id")).doesNotHaveDuplicates();
  }

  @Test
  void the_experimental_fields_are_those_the_schema_marks() throws IOException {
    JsonNode schema;
    try (InputStream stream = Schemas.HTTP_ROUTE.open()) {
      schema = new JsonMapper().readTree(stream);
    }
    JsonNode rules;
    try (InputStream stream = ApiRules.HTTP_ROUTE.open()) {
      rules = new JsonMapper().readTree(stream);
    }
    var marked = new HashSet<String>();
    collectMarked(schema, "", marked);
    var listed = new HashSet<String>();
    rules
        .path("experimental")
        .forEach(path -> listed.add(path.asText().substring(path.asText().lastIndexOf('.') + 1)));

    assertThat(listed).isEqualTo(marked);
  }

  private static void collectMarked(JsonNode node, String name, Set<String> into) {
    if (node.has("x-sluice-channel")) {
      into.add(name);
    }
    node.properties().forEach(entry -> collectMarked(entry.getValue(), entry.getKey(), into));
    node.forEach(item -> {
      if (!node.isObject()) {
        collectMarked(item, name, into);
      }
    });
  }

  @Test
  void an_evaluation_is_bounded() {
    var nested = new Expression("self.all(a, self.all(b, self.all(c, true)))");

    assertThat(nested.holds(Stream.iterate(1L, n -> n + 1).limit(10).toList())).isTrue();
    assertThat(nested.holds(Stream.iterate(1L, n -> n + 1).limit(100).toList())).isFalse();
  }

  private static ApiRule rule(Row row) {
    return row.kind().rules().rules().stream()
        .filter(rule -> rule.id().equals(row.id()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no rule " + row.id()));
  }

  private static List<Diagnostic> findings(String document) {
    return DocumentValidatorFixture.findings(read(document.getBytes(UTF_8)));
  }

  private static ReadDocument parse(String document) {
    return read(document.getBytes(UTF_8)).documents().getFirst();
  }

  private static ReadTree read(byte[] bytes) {
    return TreeReader.read(
        new SourceTree(List.of(new SourceFile("policy.yaml", bytes))), new Diagnostics());
  }

  private static String document(Row row, String version) {
    return "apiVersion: %s/%s\nkind: %s\nmetadata: {name: x, namespace: shop}\nspec: %s\n"
        .formatted(row.kind().group(), version, row.kind().kind(), row.spec());
  }

  private static List<String> lines(PolicyKind kind) {
    Path file = ROOT.resolve("policy-compiler/compiler/src/test/rules/" + kind.kind() + ".txt");
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static List<Path> valid() {
    try (Stream<Path> files = Files.walk(ROOT.resolve("schemas/examples/valid"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /// Findings of validation alone.
  private static final class DocumentValidatorFixture {
    static List<Diagnostic> findings(ReadTree tree) {
      var problems = new Diagnostics();
      DocumentValidator.validate(tree, MeshSettings.defaults(), problems);
      return problems.sorted();
    }
  }
}
