package dev.sluice.compiler.read;

import dev.sluice.compiler.source.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A value as it stands in a file: mapping, sequence or scalar, with its place and style.
public sealed interface Node {
  Span span();

  /// The word for this form in findings.
  default String form() {
    return switch (this) {
      case MappingNode _ -> "a mapping";
      case SequenceNode _ -> "a list";
      case ScalarNode scalar ->
          switch (scalar.resolve()) {
            case TEXT -> "text";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case NULL -> "empty";
          };
    };
  }

  /// Keys with values, in the order of the file.
  record MappingNode(List<Entry> entries, Span span) implements Node {
    public MappingNode {
      entries = List.copyOf(entries);
    }

    /// The entry of `key`, or null when absent.
    public @Nullable Entry entry(String key) {
      for (Entry entry : entries) {
        if (entry.key().text().equals(key)) {
          return entry;
        }
      }
      return null;
    }

    /// The value of `key`, or null when absent.
    public @Nullable Node value(String key) {
      Entry entry = entry(key);
      return entry == null ? null : entry.value();
    }

    /// The value of `key` when it is a mapping, else null.
    public @Nullable MappingNode mapping(String key) {
      return value(key) instanceof MappingNode mapping ? mapping : null;
    }

    /// The value of `key` when it is a list, else null.
    public @Nullable SequenceNode sequence(String key) {
      return value(key) instanceof SequenceNode sequence ? sequence : null;
    }

    /// The text of `key` when it is a scalar that is text, else the empty string.
    public String text(String key) {
      return value(key) instanceof ScalarNode scalar && scalar.resolve() == ScalarType.TEXT
          ? scalar.text()
          : "";
    }
  }

  /// One key with its value.
  record Entry(ScalarNode key, Node value) {}

  /// Values in order.
  record SequenceNode(List<Node> items, Span span) implements Node {
    public SequenceNode {
      items = List.copyOf(items);
    }
  }

  /// A single value: its text after unquoting and how it was written.
  record ScalarNode(String text, Style style, Span span) implements Node {

    /// What the scalar is; a quoted one is always text.
    public ScalarType resolve() {
      return style == Style.PLAIN ? Scalars.resolve(text) : ScalarType.TEXT;
    }
  }

  /// How a scalar was written.
  enum Style {
    PLAIN,
    QUOTED,
    BLOCK
  }

  /// What a scalar is in JSON.
  enum ScalarType {
    TEXT,
    NUMBER,
    BOOLEAN,
    NULL
  }
}
