package dev.sluice.compiler.read;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.compiler.read.Node.Entry;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.SequenceNode;
import dev.sluice.compiler.read.Node.Style;
import dev.sluice.compiler.source.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// An independent parser that must see the same trees: YAML 1.1 as Kubernetes reads it, or JSON.
final class SecondReader {

  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(com.fasterxml.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /// The first place where the readers differ.
  record Difference(Span span, String first, String second) {}

  private SecondReader() {}

  /// Compares the documents of a file (empty ones left out) with the other reader's.
  static Optional<Difference> compare(String file, String text, List<Node> documents) {
    boolean json = file.toLowerCase(Locale.ROOT).endsWith(".json");
    List<JsonNode> others;
    try {
      others = parse(json ? JSON : YAML, text);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      int line = at == null ? 1 : Math.max(1, at.getLineNr());
      int column = at == null ? 1 : Math.max(1, at.getColumnNr());
      String problem = e.getOriginalMessage().lines().findFirst().orElse("").strip();
      Span span = new Span(file, line, column, line, column);
      return Optional.of(new Difference(span, "a document", "an error: " + problem));
    }
    if (others.size() != documents.size()) {
      return Optional.of(
          new Difference(
              Span.startOf(file), documents.size() + " documents", others.size() + " documents"));
    }
    for (int i = 0; i < others.size(); i++) {
      Optional<Difference> difference = compare(documents.get(i), others.get(i));
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  private static List<JsonNode> parse(ObjectMapper mapper, String text)
      throws JsonProcessingException {
    List<JsonNode> documents = new ArrayList<>();
    try (JsonParser parser = mapper.getFactory().createParser(text)) {
      while (parser.nextToken() != null) {
        JsonNode node = mapper.readTree(parser);
        boolean empty =
            node == null || node.isNull() || (node.isTextual() && node.asText().isEmpty());
        if (!empty) {
          documents.add(node);
        }
      }
    } catch (JsonProcessingException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
    return documents;
  }

  private static Optional<Difference> compare(Node node, JsonNode other) {
    return switch (node) {
      case ScalarNode scalar -> compareScalar(scalar, other);
      case SequenceNode sequence -> {
        if (!other.isArray() || other.size() != sequence.items().size()) {
          yield different(node, other);
        }
        for (int i = 0; i < other.size(); i++) {
          Optional<Difference> difference = compare(sequence.items().get(i), other.get(i));
          if (difference.isPresent()) {
            yield difference;
          }
        }
        yield Optional.empty();
      }
      case MappingNode mapping -> compareMapping(mapping, other);
    };
  }

  private static Optional<Difference> compareMapping(MappingNode mapping, JsonNode other) {
    if (!other.isObject() || other.size() != mapping.entries().size()) {
      return different(mapping, other);
    }
    for (Entry entry : mapping.entries()) {
      JsonNode value = other.get(entry.key().text());
      if (value == null) {
        return different(entry.key(), other);
      }
      Optional<Difference> difference = compare(entry.value(), value);
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  private static Optional<Difference> compareScalar(ScalarNode scalar, JsonNode other) {
    // ambiguous scalars are findings of their own wherever they matter
    if (scalar.style() == Style.PLAIN && Scalars.isAmbiguous(scalar.text())) {
      return Optional.empty();
    }
    boolean same =
        switch (scalar.resolve()) {
          case NULL -> other.isNull();
          case BOOLEAN -> other.isBoolean() && other.asText().equals(scalar.text());
          case NUMBER -> other.isNumber() && isSameNumber(scalar.text(), other.decimalValue());
          case TEXT -> other.isTextual() && other.textValue().equals(scalar.text());
        };
    return same ? Optional.empty() : different(scalar, other);
  }

  private static boolean isSameNumber(String text, BigDecimal other) {
    return new BigDecimal(text).compareTo(other) == 0;
  }

  private static Optional<Difference> different(Node node, JsonNode other) {
    String first = node instanceof ScalarNode scalar ? shorten(scalar.text()) : node.form();
    return Optional.of(new Difference(node.span(), first, shorten(other.toString())));
  }

  private static String shorten(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }
}
