package dev.sluice.compiler.validate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.re2j.Pattern;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import dev.sluice.compiler.read.Node;
import dev.sluice.compiler.read.Node.Entry;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.SequenceNode;
import dev.sluice.schemas.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/// Checks the shape of an object against its JSON Schema; patterns run in linear time (RE2).
public final class SchemaValidator {

  private static final Lazy<SchemaRegistry> REGISTRY =
      new Lazy<>(() ->
          SchemaRegistry.withDefaultDialect(
              SpecificationVersion.DRAFT_2020_12,
              builder ->
                  builder.schemaRegistryConfig(
                      SchemaRegistryConfig.builder()
                          .regularExpressionFactory(expression -> {
                            Pattern pattern = Pattern.compile(expression);
                            return text -> pattern.matcher(text).find();
                          })
                          .build())));

  private final JsonNode text;
  private final ShapeProof proof;

  /// Made with the first object that is not proven to fit: most runs need none.
  private final Lazy<Schema> schema;

  private SchemaValidator(JsonNode text) {
    this.text = text;
    proof = ShapeProof.of(text);
    schema = new Lazy<>(() -> REGISTRY.value().getSchema(text));
  }

  /// The validator for one of the shipped schemas.
  public static SchemaValidator of(Schemas which) {
    try (InputStream stream = which.open()) {
      return new SchemaValidator(new JsonMapper().readTree(stream));
    } catch (IOException unreadable) {
      throw new UncheckedIOException("schema " + which.fileName(), unreadable);
    }
  }

  /// What does not fit, in the order of the schema.
  List<Error> validate(MappingNode root) {
    return isProven(root) ? List.of() : everyError(root);
  }

  /// Whether an object is known to fit without the schema's own validator.
  boolean isProven(MappingNode root) {
    return proof.fits(root);
  }

  /// What the schema's own validator says, in its order.
  List<Error> everyError(MappingNode root) {
    return schema.value().validate(json(root));
  }

  /// The fields that the schema knows at the place where it found another.
  List<String> fieldsBeside(Error error) {
    NodePath keyword = error.getSchemaLocation().getFragment();
    JsonNode place = text;
    for (int i = 0; i < keyword.getNameCount() - 1; i++) {
      place =
          keyword.getElement(i) instanceof Integer index
              ? place.path(index)
              : place.path(keyword.getName(i));
    }
    List<String> fields = new ArrayList<>();
    place.path("properties").fieldNames().forEachRemaining(fields::add);
    return fields;
  }

  private static JsonNode json(Node node) {
    JsonNodeFactory factory = JsonNodeFactory.instance;
    return switch (node) {
      case MappingNode mapping -> {
        var object = factory.objectNode();
        for (Entry entry : mapping.entries()) {
          object.set(entry.key().text(), json(entry.value()));
        }
        yield object;
      }
      case SequenceNode sequence -> {
        var array = factory.arrayNode();
        sequence.items().forEach(item -> array.add(json(item)));
        yield array;
      }
      case ScalarNode scalar ->
          switch (scalar.resolve()) {
            case TEXT -> factory.textNode(scalar.text());
            case NUMBER -> number(scalar.text());
            case BOOLEAN -> factory.booleanNode(scalar.text().equals("true"));
            case NULL -> factory.nullNode();
          };
    };
  }

  private static JsonNode number(String text) {
    var decimal = new BigDecimal(text);
    return text.indexOf('.') < 0
        ? JsonNodeFactory.instance.numberNode(decimal.toBigIntegerExact())
        : JsonNodeFactory.instance.numberNode(decimal);
  }
}
