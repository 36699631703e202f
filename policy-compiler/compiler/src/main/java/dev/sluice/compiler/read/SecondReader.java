package dev.sluice.compiler.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.sluice.compiler.read.Node.Entry;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.SequenceNode;
import dev.sluice.compiler.read.Node.Style;
import dev.sluice.compiler.source.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;

/// An independent parser that must see the same trees: YAML 1.1 as Kubernetes reads it, or JSON.
///
/// Walks the nodes and the other reader's tokens side by side, so that no second tree is built.
final class SecondReader {

  private static final JsonFactory YAML = yaml();
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  /// Longer integers do not fit a long.
  private static final int LONG_DIGITS = 18;

  private final JsonParser tokens;

  /// The first place where the readers differ.
  record Difference(Span span, String first, String second) {}

  private SecondReader(JsonParser tokens) {
    this.tokens = tokens;
  }

  private static JsonFactory yaml() {
    var options = new LoaderOptions();
    options.setCodePointLimit(TextCheck.MAX_STREAM_BYTES + 1);
    YAMLFactory factory = YAMLFactory.builder().loaderOptions(options).build();
    // a built factory reads an empty value as text unless told
    factory.enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL);
    return factory;
  }

  /// Compares the documents of a file (empty ones left out) with the other reader's.
  static Optional<Difference> compare(String file, String text, List<Node> documents) {
    try (JsonParser tokens = (TwoParsers.isJson(file) ? JSON : YAML).createParser(text)) {
      return Optional.ofNullable(new SecondReader(tokens).documents(file, documents));
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      int line = at == null ? 1 : Math.max(1, at.getLineNr());
      int column = at == null ? 1 : Math.max(1, at.getColumnNr());
      String problem = e.getOriginalMessage().lines().findFirst().orElse("").strip();
      Span span = new Span(file, line, column, line, column);
      return Optional.of(new Difference(span, "a document", "an error: " + problem));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private @Nullable Difference documents(String file, List<Node> documents) throws IOException {
    for (Node document : documents) {
      JsonToken token = nextDocument();
      if (token == null) {
        return new Difference(document.span(), "a document", "the end");
      }
      Difference difference = compare(document, token);
      if (difference != null) {
        return difference;
      }
    }
    return nextDocument() == null
        ? null
        : new Difference(Span.startOf(file), documents.size() + " documents", "more");
  }

  /// The first token of the next document that is not empty; null at the end.
  private @Nullable JsonToken nextDocument() throws IOException {
    JsonToken token = tokens.nextToken();
    while (token == JsonToken.VALUE_NULL
        || (token == JsonToken.VALUE_STRING && tokens.getText().isEmpty())) {
      token = tokens.nextToken();
    }
    return token;
  }

  /// Compares one value, of which `token` is the first token; the parser is at its last one then.
  private @Nullable Difference compare(Node node, @Nullable JsonToken token) throws IOException {
    return switch (node) {
      case ScalarNode scalar -> isSame(scalar, token) ? null : different(node);
      case SequenceNode sequence -> sequence(sequence, token);
      case MappingNode mapping -> mapping(mapping, token);
    };
  }

  private @Nullable Difference sequence(SequenceNode sequence, @Nullable JsonToken token)
      throws IOException {
    if (token != JsonToken.START_ARRAY) {
      return different(sequence);
    }
    for (Node item : sequence.items()) {
      Difference difference = compare(item, tokens.nextToken());
      if (difference != null) {
        return difference;
      }
    }
    return tokens.nextToken() == JsonToken.END_ARRAY ? null : different(sequence);
  }

  private @Nullable Difference mapping(MappingNode mapping, @Nullable JsonToken token)
      throws IOException {
    if (token != JsonToken.START_OBJECT) {
      return different(mapping);
    }
    for (Entry entry : mapping.entries()) {
      if (!entry.key().text().equals(tokens.nextFieldName())) {
        return different(entry.key());
      }
      Difference difference = compare(entry.value(), tokens.nextToken());
      if (difference != null) {
        return difference;
      }
    }
    return tokens.nextToken() == JsonToken.END_OBJECT ? null : different(mapping);
  }

  private boolean isSame(ScalarNode scalar, @Nullable JsonToken token) throws IOException {
    if (token == null || !token.isScalarValue()) {
      return false;
    }
    // ambiguous scalars are findings of their own wherever they matter
    if (scalar.style() == Style.PLAIN && Scalars.isAmbiguous(scalar.text())) {
      return true;
    }
    return switch (scalar.resolve()) {
      case NULL -> token == JsonToken.VALUE_NULL;
      case BOOLEAN ->
          token == (scalar.text().equals("true") ? JsonToken.VALUE_TRUE : JsonToken.VALUE_FALSE);
      case NUMBER -> token.isNumeric() && isSameNumber(scalar.text(), token);
      case TEXT -> token == JsonToken.VALUE_STRING && tokens.getText().equals(scalar.text());
    };
  }

  private boolean isSameNumber(String text, JsonToken token) throws IOException {
    boolean whole = text.indexOf('.') < 0;
    if (whole != (token == JsonToken.VALUE_NUMBER_INT)) {
      return false;
    }
    return (whole && text.length() <= LONG_DIGITS)
        ? tokens.getLongValue() == Long.parseLong(text)
        : tokens.getDecimalValue().compareTo(new BigDecimal(text)) == 0;
  }

  private Difference different(Node node) throws IOException {
    String first = node instanceof ScalarNode scalar ? shorten(scalar.text()) : node.form();
    JsonToken token = tokens.currentToken();
    String second =
        switch (token) {
          case null -> "the end";
          case START_OBJECT -> "a mapping";
          case START_ARRAY -> "a list";
          case END_OBJECT -> "the end of a mapping";
          case END_ARRAY -> "the end of a list";
          case FIELD_NAME,
              VALUE_STRING,
              VALUE_NUMBER_INT,
              VALUE_NUMBER_FLOAT,
              VALUE_TRUE,
              VALUE_FALSE,
              VALUE_NULL,
              VALUE_EMBEDDED_OBJECT,
              NOT_AVAILABLE ->
              shorten(String.valueOf(tokens.getText()));
        };
    return new Difference(node.span(), first, second);
  }

  private static String shorten(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }
}
