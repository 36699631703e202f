package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.re2j.Pattern;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.sluice.schemas.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Checks the shipped examples against the shipped schemas, with the regular expressions of the
/// schemas evaluated in linear time.
class ShippedSchemasTest {
  private static final Path ROOT = Path.of("../..");
  private static final Path INVALID = ROOT.resolve("schemas/examples/invalid");
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemaRegistryConfig(
                  SchemaRegistryConfig.builder()
                      .regularExpressionFactory(expression -> {
                        Pattern pattern = Pattern.compile(expression);
                        return text -> pattern.matcher(text).find();
                      })
                      .build()));
  private static final Map<String, Schema> BY_KIND =
      Map.of(
          "AuthorizationPolicy", load(Schemas.AUTHORIZATION_POLICY),
          "PeerAuthentication", load(Schemas.PEER_AUTHENTICATION),
          "RequestAuthentication", load(Schemas.REQUEST_AUTHENTICATION),
          "HTTPRoute", load(Schemas.HTTP_ROUTE),
          "MeshSettings", load(Schemas.MESH_SETTINGS),
          "PolicyTest", load(Schemas.POLICY_TEST));

  @ParameterizedTest
  @MethodSource("valid")
  void a_valid_example_fits_its_schema(Path file) throws IOException {
    assertThat(errors(file)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void an_invalid_example_is_refused_by_the_schema_exactly_when_it_says_so(Path file)
      throws IOException {
    boolean bySchema = Files.readString(file).contains("\n# refused by: schema\n");

    assertThat(errors(file).isEmpty()).isNotEqualTo(bySchema);
  }

  @Test
  void the_static_mesh_example_fits_its_schema() throws IOException {
    JsonNode mesh = YAML.readTree(ROOT.resolve("schemas/examples/static-mesh.yaml").toFile());

    assertThat(load(Schemas.STATIC_MESH).validate(mesh)).isEmpty();
  }

  @Test
  void the_examples_cover_every_kind() {
    assertThat(valid()).hasSizeGreaterThan(30);
    assertThat(invalid()).hasSizeGreaterThan(100);
  }

  static List<Path> valid() {
    return Stream.of("schemas/examples/valid", "schemas/examples/sluice.yaml", "examples/shop")
        .flatMap(path -> yamlUnder(ROOT.resolve(path)).stream())
        .toList();
  }

  /// The files that any YAML reader can read; the others are the strict reader's to refuse.
  static List<Path> invalid() {
    return yamlUnder(INVALID).stream()
        .filter(file -> !file.getFileName().toString().startsWith("yaml-"))
        .toList();
  }

  private static List<Error> errors(Path file) throws IOException {
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
      return documents.readAll().stream()
          .flatMap(document -> {
            Schema schema = BY_KIND.get(document.path("kind").asText());
            return schema == null ? Stream.empty() : schema.validate(document).stream();
          })
          .toList();
    }
  }

  private static List<Path> yamlUnder(Path path) {
    try (Stream<Path> files = Files.walk(path)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Schema load(Schemas schema) {
    try (InputStream stream = schema.open()) {
      return REGISTRY.getSchema(stream, InputFormat.JSON);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
