package dev.sluice.compiler.validate;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import dev.sluice.compiler.read.Node;
import dev.sluice.compiler.read.Node.Entry;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.ScalarType;
import dev.sluice.compiler.read.Node.SequenceNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One place of a JSON Schema, made to say quickly that a value fits.
///
/// It knows the common keywords only, and nothing of why something does not fit: whatever it cannot
/// prove is asked of the schema's validator, so a keyword it does not know costs time and changes
/// no answer. Nearly all objects fit their schema, and need no more than this.
final class ShapeProof {

  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "$schema",
          "$id",
          "$defs",
          "title",
          "description",
          "default",
          "examples",
          "x-sluice-channel");

  private static final Set<String> KNOWN =
      Set.of(
          "$ref",
          "type",
          "enum",
          "const",
          "required",
          "properties",
          "additionalProperties",
          "propertyNames",
          "minProperties",
          "maxProperties",
          "items",
          "minItems",
          "maxItems",
          "minLength",
          "maxLength",
          "pattern");

  private static final String LOCAL = "#/$defs/";
  private static final int NO_LIMIT = Integer.MAX_VALUE;

  private final boolean isKnown;
  private final Set<String> types = new HashSet<>();
  private final Set<String> words = new HashSet<>();
  private final List<String> required = new ArrayList<>();
  private final Map<String, ShapeProof> properties = new HashMap<>();
  private final boolean isClosed;
  private final @Nullable ShapeProof others;
  private final @Nullable ShapeProof names;
  private final @Nullable ShapeProof items;
  private final @Nullable ShapeProof referred;
  private final @Nullable Pattern pattern;
  private final Range lengths;
  private final Range counts;
  private final Range sizes;

  private record Range(int least, int most) {
    boolean holds(int number) {
      return number >= least && number <= most;
    }
  }

  /// What has been made of the parts that a schema refers to; null while one is being made, so that
  /// a part that contains itself is never proven.
  private record Parts(JsonNode root, Map<String, @Nullable ShapeProof> made) {}

  private ShapeProof(JsonNode schema, Parts parts) {
    boolean known = schema.isObject();
    for (var keyword : schema.properties()) {
      known &= KNOWN.contains(keyword.getKey()) || WITHOUT_EFFECT.contains(keyword.getKey());
    }
    known &= addTexts(schema.path("type"), types);
    known &= addTexts(schema.path("enum"), words) && addTexts(schema.path("const"), words);
    known &= !(schema.has("enum") && schema.has("const"));
    schema.path("required").forEach(field -> required.add(field.asText()));
    schema
        .path("properties")
        .properties()
        .forEach(field -> properties.put(field.getKey(), new ShapeProof(field.getValue(), parts)));
    JsonNode additional = schema.path("additionalProperties");
    isClosed = additional.isBoolean() && !additional.asBoolean();
    others = additional.isObject() ? new ShapeProof(additional, parts) : null;
    names = part(schema, "propertyNames", parts);
    items = part(schema, "items", parts);
    referred = schema.has("$ref") ? refer(schema.path("$ref").asText(), parts) : null;
    known &= referred != null || !schema.has("$ref");
    String expression = schema.path("pattern").asText();
    pattern = expression.isEmpty() ? null : Pattern.compile(expression);
    lengths = range(schema, "minLength", "maxLength");
    counts = range(schema, "minItems", "maxItems");
    sizes = range(schema, "minProperties", "maxProperties");
    isKnown = known;
  }

  /// Of the root of a schema.
  static ShapeProof of(JsonNode schema) {
    return new ShapeProof(schema, new Parts(schema, new HashMap<>()));
  }

  private static @Nullable ShapeProof part(JsonNode schema, String keyword, Parts parts) {
    return schema.has(keyword) ? new ShapeProof(schema.path(keyword), parts) : null;
  }

  private static @Nullable ShapeProof refer(String reference, Parts parts) {
    String name = reference.startsWith(LOCAL) ? reference.substring(LOCAL.length()) : "";
    if (!parts.made().containsKey(name)) {
      parts.made().put(name, null);
      JsonNode part = parts.root().path("$defs").path(name);
      parts.made().put(name, part.isObject() ? new ShapeProof(part, parts) : null);
    }
    return parts.made().get(name);
  }

  /// False when anything among the values is no text.
  private static boolean addTexts(JsonNode values, Set<String> into) {
    if (!values.isArray()) {
      into.addAll(values.isTextual() ? Set.of(values.asText()) : Set.of());
      return values.isTextual() || values.isMissingNode();
    }
    boolean texts = true;
    for (JsonNode value : values) {
      texts &= value.isTextual();
      into.add(value.asText());
    }
    return texts;
  }

  private static Range range(JsonNode schema, String least, String most) {
    return new Range(schema.path(least).asInt(0), schema.path(most).asInt(NO_LIMIT));
  }

  /// Whether a value certainly fits; false says nothing.
  boolean fits(Node node) {
    return isKnown
        && (referred == null || referred.fits(node))
        && switch (node) {
          case MappingNode mapping -> isAllowed("object") && words.isEmpty() && fields(mapping);
          case SequenceNode list -> isAllowed("array") && words.isEmpty() && items(list);
          case ScalarNode scalar -> scalar(scalar);
        };
  }

  private boolean isAllowed(String type) {
    return types.isEmpty() || types.contains(type);
  }

  private boolean fields(MappingNode mapping) {
    if (!sizes.holds(mapping.entries().size())) {
      return false;
    }
    for (String field : required) {
      if (mapping.entry(field) == null) {
        return false;
      }
    }
    for (Entry entry : mapping.entries()) {
      ShapeProof known = properties.get(entry.key().text());
      ShapeProof shape = known == null ? others : known;
      boolean fits = shape == null ? !isClosed : shape.fits(entry.value());
      if (!fits || (names != null && !names.isName(entry.key().text()))) {
        return false;
      }
    }
    return true;
  }

  private boolean isName(String key) {
    return isKnown && referred == null && isAllowed("string") && text(key);
  }

  private boolean items(SequenceNode list) {
    if (!counts.holds(list.items().size())) {
      return false;
    }
    if (items != null) {
      for (Node item : list.items()) {
        if (!items.fits(item)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean scalar(ScalarNode scalar) {
    ScalarType type = scalar.resolve();
    return switch (type) {
      case TEXT -> isAllowed("string") && text(scalar.text());
      case NUMBER -> words.isEmpty() && number(scalar.text());
      case BOOLEAN -> words.isEmpty() && isAllowed("boolean");
      case NULL -> words.isEmpty() && isAllowed("null");
    };
  }

  private boolean text(String text) {
    return (words.isEmpty() || words.contains(text))
        && lengths.holds(text.codePointCount(0, text.length()))
        && (pattern == null || pattern.matcher(text).find());
  }

  private boolean number(String text) {
    boolean whole = text.indexOf('.') < 0;
    return isAllowed("number") || (whole && types.contains("integer"));
  }
}
