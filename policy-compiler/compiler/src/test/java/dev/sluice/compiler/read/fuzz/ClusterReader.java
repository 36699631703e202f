package dev.sluice.compiler.read.fuzz;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/// What a cluster would be given: a file is cut at its `---` lines, each piece is one YAML 1.1
/// document with anchors and merges resolved, the last of equal keys counts, and plain scalars mean
/// what kubectl takes them for.
///
/// The scalar rules, the cutting and the merging are its own. Below them is SnakeYAML, whose events
/// the second opinion of the reader sees too; a parser of another descent is `ClusterProgram`.
/// Objects are maps, lists, texts, booleans, numbers and null.
final class ClusterReader {

  /// The file cannot be applied.
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String why) {
      super(why);
    }
  }

  private final Yaml yaml;

  private ClusterReader() {
    var options = new LoaderOptions();
    options.setMaxAliasesForCollections(1_000);
    options.setNestingDepthLimit(10_000);
    yaml = new Yaml(new SafeConstructor(options));
  }

  /// The objects of a file, without empty documents, lists expanded.
  static List<Object> read(String text) throws Refused {
    var reader = new ClusterReader();
    List<Object> objects = new ArrayList<>();
    for (String piece : pieces(text)) {
      Object value = reader.document(piece);
      if (value != null) {
        expand(value, objects);
      }
    }
    return objects;
  }

  private static List<String> pieces(String text) throws Refused {
    List<String> pieces = new ArrayList<>();
    var piece = new StringBuilder();
    String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
    for (String line : body.split("(?<=\n)", -1)) {
      if (!line.startsWith("---")) {
        piece.append(line);
        continue;
      }
      String rest = line.substring(3).strip();
      if (!rest.isEmpty() && rest.charAt(0) != '#') {
        throw new Refused("separator with content");
      }
      pieces.add(piece.toString());
      piece.setLength(0);
    }
    pieces.add(piece.toString());
    return pieces;
  }

  private @Nullable Object document(String piece) throws Refused {
    try {
      // what comes after the first document of a piece is dropped, as kubectl does
      for (Node node : yaml.composeAll(new StringReader(piece))) {
        return node == null ? null : value(node);
      }
      return null;
    } catch (YAMLException e) {
      throw new Refused(String.valueOf(e.getMessage()));
    }
  }

  /// Adds an object, or what is in it when it is a list.
  static void expand(Object value, List<Object> into) {
    boolean isEmptyList =
        value instanceof Map<?, ?> list
            && "List".equals(list.get("kind"))
            && list.get("items") == null;
    if (isEmptyList) {
      return;
    }
    if (!(value instanceof Map<?, ?> object) || !(object.get("items") instanceof List<?> items)) {
      into.add(value);
      return;
    }
    String kind = String.valueOf(object.get("kind"));
    String itemKind = kind.endsWith("List") ? kind.substring(0, kind.length() - 4) : kind;
    for (Object item : items) {
      Map<Object, @Nullable Object> whole = new LinkedHashMap<>();
      if (item instanceof Map<?, ?> fields) {
        fields.forEach((key, field) -> whole.put(key, field));
        if (!whole.containsKey("kind") && !whole.containsKey("apiVersion")) {
          whole.put("kind", itemKind);
          whole.put("apiVersion", object.get("apiVersion"));
        }
      }
      into.add(whole);
    }
  }

  private static @Nullable Object value(Node node) throws Refused {
    return switch (node) {
      case MappingNode mapping -> mapping(mapping);
      case SequenceNode sequence -> {
        List<@Nullable Object> values = new ArrayList<>();
        for (Node item : sequence.getValue()) {
          values.add(value(item));
        }
        yield values;
      }
      case ScalarNode scalar when scalar.getScalarStyle() == ScalarStyle.PLAIN ->
          ClusterScalars.resolve(scalar.getValue());
      case ScalarNode scalar -> scalar.getValue();
      default -> throw new Refused("node " + node.getNodeId());
    };
  }

  private static Map<String, @Nullable Object> mapping(MappingNode mapping) throws Refused {
    Map<String, @Nullable Object> merged = new LinkedHashMap<>();
    Map<String, @Nullable Object> own = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw new Refused("key is no scalar");
      }
      boolean plain = key.getScalarStyle() == ScalarStyle.PLAIN;
      if (plain
          && key.getValue().equals("<<")
          && value(tuple.getValueNode()) instanceof Map<?, ?> from) {
        from.forEach((name, field) -> merged.put(String.valueOf(name), field));
      } else {
        own.put(
            plain ? ClusterScalars.key(key.getValue()) : key.getValue(),
            value(tuple.getValueNode()));
      }
    }
    merged.putAll(own);
    return merged;
  }
}
