package dev.sluice.runtime.yaml;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;

/// A node of a YAML document with the line it starts on.
///
/// A tag of the application's own is the one key of a mapping: `!Exact x` reads as `{Exact: x}`, as
/// JSON has to write it.
public sealed interface YamlNode {

  /// Deepest nesting that is read.
  int MAX_DEPTH = 32;

  /// What the tags of YAML's own types start with. Source: YAML 1.2.2 §10.
  String CORE_TAGS = "tag:yaml.org,2002:";

  int line();

  /// A text, number or boolean, as written.
  record Scalar(int line, String text) implements YamlNode {}

  /// A null, as in an empty value.
  record Nothing(int line) implements YamlNode {}

  /// A list.
  record Items(int line, List<YamlNode> items) implements YamlNode {}

  /// A mapping, in file order.
  record Fields(int line, Map<String, YamlNode> fields) implements YamlNode {}

  /// Something that is YAML but not accepted: an alias, a duplicate key, a second document.
  final class Refused extends IOException {
    private final Problem problem;

    Refused(int line, String field, String message) {
      super(message);
      this.problem = new Problem(line, field, message);
    }

    Problem problem() {
      return problem;
    }
  }

  /// Reads the one document in `bytes`; an empty document is a mapping without fields.
  static YamlNode read(byte[] bytes) throws IOException {
    var options = new LoaderOptions();
    options.setCodePointLimit(YamlFile.MAX_BYTES);
    options.setNestingDepthLimit(MAX_DEPTH);
    var factory =
        YAMLFactory.builder()
            .loaderOptions(options)
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();
    try (YAMLParser parser = factory.createParser(bytes)) {
      if (parser.nextToken() == null) {
        return new Fields(1, Map.of());
      }
      YamlNode root = node(parser);
      if (parser.nextToken() != null) {
        throw new Refused(line(parser), "", "more than one document");
      }
      return root;
    }
  }

  private static YamlNode node(YAMLParser parser) throws IOException {
    int line = line(parser);
    if (parser.isCurrentAlias()) {
      throw new Refused(line, "", "aliases are not accepted");
    }
    String tag = parser.getTypeId();
    YamlNode node = untagged(parser, line);
    return tag == null || tag.isEmpty() || tag.startsWith(CORE_TAGS)
        ? node
        : new Fields(line, Map.of(tag, node));
  }

  private static YamlNode untagged(YAMLParser parser, int line) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> fields(parser, line);
      case START_ARRAY -> {
        var items = new ArrayList<YamlNode>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(node(parser));
        }
        yield new Items(line, items);
      }
      case VALUE_NULL -> new Nothing(line);
      case VALUE_STRING,
          VALUE_NUMBER_INT,
          VALUE_NUMBER_FLOAT,
          VALUE_TRUE,
          VALUE_FALSE,
          VALUE_EMBEDDED_OBJECT ->
          new Scalar(line, parser.getText());
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME ->
          throw new Refused(line, "", "unexpected " + parser.currentToken());
    };
  }

  private static YamlNode fields(YAMLParser parser, int line) throws IOException {
    var fields = new LinkedHashMap<String, YamlNode>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      int keyLine = line(parser);
      parser.nextToken();
      if (fields.put(name, node(parser)) != null) {
        throw new Refused(keyLine, name, "the key is there twice");
      }
    }
    return new Fields(line, fields);
  }

  private static int line(JsonParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }
}
