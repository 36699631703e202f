package dev.sluice.runtime.yaml;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Cidr;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads the fields of one mapping as typed values and collects every problem on the way.
///
/// A value with a problem reads as its fallback; what is read counts only when no problem was
/// found.
public final class FieldReader {

  private final List<Problem> problems;
  private final String path;
  private final int line;
  private final Map<String, YamlNode> fields;
  private final Set<String> read = new HashSet<>();

  FieldReader(List<Problem> problems, String path, YamlNode node) {
    this.problems = problems;
    this.path = path;
    this.line = node.line();
    this.fields =
        switch (node) {
          case YamlNode.Fields(var _, var values) -> values;
          case YamlNode.Scalar _, YamlNode.Nothing _, YamlNode.Items _ -> {
            problems.add(new Problem(node.line(), path, "expected a mapping"));
            yield Map.of();
          }
        };
  }

  /// Whether no problem was found so far, here or elsewhere in the file.
  public boolean isWhole() {
    return problems.isEmpty();
  }

  /// Reports every field that was not asked for.
  void finish() {
    fields.forEach((name, node) -> {
      if (!read.contains(name)) {
        problem(node, name, "unknown key");
      }
    });
  }

  public void problem(YamlNode node, String name, String message) {
    problems.add(new Problem(node.line(), join(name), message));
  }

  public void missing(String name) {
    problems.add(new Problem(line, join(name), "required"));
  }

  /// Reports a problem of a field that was read before.
  public void invalid(String name, String message) {
    YamlNode node = fields.get(name);
    problems.add(new Problem(node == null ? line : node.line(), join(name), message));
  }

  private String join(String name) {
    return path.isEmpty() || name.isEmpty() ? path + name : path + "." + name;
  }

  /// The node of a field; null when it is absent or null.
  public @Nullable YamlNode node(String name) {
    read.add(name);
    YamlNode node = fields.get(name);
    return node instanceof YamlNode.Nothing ? null : node;
  }

  public String text(String name, String fallback) {
    YamlNode node = node(name);
    return node == null ? fallback : scalar(node, name, fallback);
  }

  public String requiredText(String name) {
    String value = text(name, "");
    if (value.isEmpty()) {
      missing(name);
    }
    return value;
  }

  private String scalar(YamlNode node, String name, String fallback) {
    return switch (node) {
      case YamlNode.Scalar(var _, var text) -> text;
      case YamlNode.Nothing _, YamlNode.Items _, YamlNode.Fields _ -> {
        problem(node, name, "expected one value");
        yield fallback;
      }
    };
  }

  public int number(String name, int fallback, int least, int most) {
    YamlNode node = node(name);
    if (node == null) {
      return fallback;
    }
    return number(node, name, least, most);
  }

  private int number(YamlNode node, String name, int least, int most) {
    String text = scalar(node, name, String.valueOf(least));
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      // reported below, together with numbers out of range
    }
    problem(node, name, "`" + text + "` is not a number from " + least + " to " + most);
    return least;
  }

  /// One of these words.
  public <T> T word(String name, Map<String, T> words, T fallback) {
    YamlNode node = node(name);
    if (node == null) {
      return fallback;
    }
    String text = scalar(node, name, "");
    T value = words.get(text);
    if (value == null) {
      problem(node, name, "`" + text + "` is none of " + String.join(", ", words.keySet()));
      return fallback;
    }
    return value;
  }

  /// A list whose items are read by `reader`; an empty result of it is reported as `expected`.
  public <T> List<T> list(String name, String expected, Function<String, Optional<T>> reader) {
    var result = new ArrayList<T>();
    for (YamlNode item : items(name)) {
      String text = scalar(item, name, "");
      reader
          .apply(text)
          .ifPresentOrElse(
              result::add, () -> problem(item, name, "`" + text + "` is not " + expected));
    }
    return result;
  }

  public List<YamlNode> items(String name) {
    YamlNode node = node(name);
    return switch (node) {
      case null -> List.of();
      case YamlNode.Items(var _, var items) -> items;
      case YamlNode.Scalar _, YamlNode.Nothing _, YamlNode.Fields _ -> {
        problem(node, name, "expected a list");
        yield List.of();
      }
    };
  }

  /// Reads every item of a list as a mapping.
  public <T> List<T> objects(String name, Function<FieldReader, T> reader) {
    var result = new ArrayList<T>();
    int index = 0;
    for (YamlNode item : items(name)) {
      var inner = new FieldReader(problems, join(name) + "[" + index++ + "]", item);
      result.add(reader.apply(inner));
      inner.finish();
    }
    return result;
  }

  /// Reads every item of a list as a list, which the reader finds under the empty name.
  public <T> List<T> lists(String name, Function<FieldReader, T> reader) {
    var result = new ArrayList<T>();
    int index = 0;
    for (YamlNode item : items(name)) {
      var holder = new YamlNode.Fields(item.line(), Map.of("", item));
      var inner = new FieldReader(problems, join(name) + "[" + index++ + "]", holder);
      result.add(reader.apply(inner));
    }
    return result;
  }

  /// Reads a mapping; null when the field is absent.
  public <T> @Nullable T object(String name, Function<FieldReader, T> reader) {
    YamlNode node = node(name);
    if (node == null) {
      return null;
    }
    var inner = new FieldReader(problems, join(name), node);
    T result = reader.apply(inner);
    inner.finish();
    return result;
  }

  private Map<String, YamlNode> mapping(String name) {
    YamlNode node = node(name);
    return switch (node) {
      case null -> Map.of();
      case YamlNode.Fields(var _, var values) -> values;
      case YamlNode.Scalar _, YamlNode.Nothing _, YamlNode.Items _ -> {
        problem(node, name, "expected a mapping");
        yield Map.of();
      }
    };
  }

  /// A mapping of text to text.
  public Map<String, String> texts(String name) {
    var result = new LinkedHashMap<String, String>();
    mapping(name).forEach((key, node) -> result.put(key, scalar(node, name + "." + key, "")));
    return result;
  }

  /// A mapping of service port to target port (0: unknown).
  public Map<Integer, Integer> ports(String name) {
    var result = new LinkedHashMap<Integer, Integer>();
    mapping(name)
        .forEach((key, node) -> {
          String inner = name + "." + key;
          result.put(port(node, key, inner), number(node, inner, 0, 65_535));
        });
    return result;
  }

  /// A mapping of service port to text.
  public Map<Integer, String> wordsByPort(String name) {
    var result = new LinkedHashMap<Integer, String>();
    mapping(name)
        .forEach((key, node) -> {
          String inner = name + "." + key;
          result.put(port(node, key, inner), scalar(node, inner, ""));
        });
    return result;
  }

  /// A mapping of text to port mappings.
  public Map<String, Map<Integer, Integer>> portsByName(String name) {
    var result = new LinkedHashMap<String, Map<Integer, Integer>>();
    YamlNode node = node(name);
    if (node != null) {
      var inner = new FieldReader(problems, join(name), node);
      inner.fields.keySet().forEach(key -> result.put(key, inner.ports(key)));
    }
    return result;
  }

  private int port(YamlNode node, String key, String name) {
    try {
      int value = Integer.parseInt(key);
      if (value >= 1 && value <= 65_535) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      // reported below, together with numbers out of range
    }
    problem(node, name, "`" + key + "` is not a port");
    return 1;
  }

  /// An IP address, never a name to resolve.
  public static Optional<InetAddress> address(String text) {
    return text.indexOf('/') >= 0 ? Optional.empty() : Cidr.parse(text).map(Cidr::network);
  }

  /// An identity with or without the `spiffe://` scheme.
  public static Optional<SpiffeId> identity(String text) {
    var uri = SpiffeId.parse(text);
    return uri.isPresent() ? uri : SpiffeId.parsePrincipal(text);
  }
}
