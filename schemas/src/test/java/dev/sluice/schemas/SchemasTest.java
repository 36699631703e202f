package dev.sluice.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SchemasTest {
  private static final Path RESOURCES = Path.of("src/main/resources/dev/sluice/schemas");
  private static final Path EXAMPLES = Path.of("examples");
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @ParameterizedTest
  @EnumSource
  void a_schema_is_well_formed_and_carries_the_id_it_is_listed_under(Schemas schema)
      throws IOException {
    JsonNode root = read(schema);

    assertThat(root.path("$schema").asText())
        .isEqualTo("https://json-schema.org/draft/2020-12/schema");
    assertThat(root.path("$id").asText()).isEqualTo(schema.id());
    assertThat(root.path("title").asText()).isNotBlank();
  }

  @ParameterizedTest
  @EnumSource
  void every_reference_of_a_schema_points_into_the_same_file(Schemas schema) throws IOException {
    JsonNode root = read(schema);

    assertThat(root.findValuesAsText("$ref"))
        .allSatisfy(reference -> {
          assertThat(reference).startsWith("#/");
          assertThat(root.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
        });
  }

  @ParameterizedTest
  @EnumSource
  void every_definition_of_a_schema_is_used(Schemas schema) throws IOException {
    JsonNode root = read(schema);
    List<String> references = root.findValuesAsText("$ref");

    root.path("$defs")
        .fieldNames()
        .forEachRemaining(name -> assertThat(references).contains("#/$defs/" + name));
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "AUTHORIZATION_POLICY",
        "PEER_AUTHENTICATION",
        "REQUEST_AUTHENTICATION",
        "HTTP_ROUTE",
        "MESH_SETTINGS",
        "STATIC_MESH",
        "POLICY_TEST"
      })
  void an_input_schema_refuses_unknown_fields_wherever_it_names_fields(Schemas schema)
      throws IOException {
    assertThat(closable(read(schema)))
        .isNotEmpty()
        .allSatisfy(node ->
            assertThat(node.path("additionalProperties").asText("absent"))
                .as(node.toString())
                .isEqualTo("false"));
  }

  @Test
  void every_schema_file_is_listed() throws IOException {
    List<String> listed = Arrays.stream(Schemas.values()).map(Schemas::fileName).toList();

    assertThat(names(RESOURCES)).containsExactlyInAnyOrderElementsOf(listed);
  }

  @Test
  void every_invalid_example_says_its_mistake_and_who_refuses_it() throws IOException {
    assertThat(names(EXAMPLES.resolve("invalid")))
        .hasSizeGreaterThanOrEqualTo(40)
        .allSatisfy(name ->
            assertThat(Files.readString(EXAMPLES.resolve("invalid").resolve(name)))
                .startsWith("# mistake: "));
  }

  @Test
  void every_valid_example_says_what_it_shows() throws IOException {
    assertThat(names(EXAMPLES.resolve("valid")))
        .hasSizeGreaterThanOrEqualTo(20)
        .allSatisfy(name ->
            assertThat(Files.readString(EXAMPLES.resolve("valid").resolve(name)))
                .startsWith("# ")
                .contains("\nkind: "));
  }

  private static JsonNode read(Schemas schema) throws IOException {
    try (InputStream stream = schema.open()) {
      return JSON.readTree(stream);
    }
  }

  /// Every schema in the tree that names fields, at any depth.
  private static List<JsonNode> closable(JsonNode node) {
    Stream<JsonNode> below = node.valueStream().flatMap(child -> closable(child).stream());
    boolean isSchema = node.path("type").isTextual() && node.path("properties").isObject();
    return Stream.concat(isSchema ? Stream.of(node) : Stream.empty(), below).toList();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
