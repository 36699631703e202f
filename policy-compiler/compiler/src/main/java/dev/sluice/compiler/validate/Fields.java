package dev.sluice.compiler.validate;

import dev.sluice.compiler.read.Node;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.ScalarType;
import dev.sluice.compiler.read.Node.SequenceNode;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Reads fields of nodes whose shape is already known to be right; anything else reads as absent.
final class Fields {

  private Fields() {}

  static boolean has(MappingNode mapping, String field) {
    return mapping.entry(field) != null;
  }

  /// The place of a field's key, or of the mapping when it is absent.
  static Span keySpan(MappingNode mapping, String field) {
    var entry = mapping.entry(field);
    return entry == null ? startOf(mapping) : entry.key().span();
  }

  /// The first character of a node: a place that fits on one line.
  static Span startOf(Node node) {
    Span span = node.span();
    return new Span(span.file(), span.line(), span.column(), span.line(), span.column() + 1);
  }

  /// A scalar's text and place; null when absent, null in the file, or not a scalar.
  static @Nullable Located<String> text(MappingNode mapping, String field) {
    return mapping.value(field) instanceof ScalarNode scalar && scalar.resolve() != ScalarType.NULL
        ? new Located<>(scalar.text(), scalar.span())
        : null;
  }

  /// A scalar's text, or the empty string.
  static String textOrEmpty(MappingNode mapping, String field) {
    Located<String> text = text(mapping, field);
    return text == null ? "" : text.value();
  }

  static OptionalInt integer(MappingNode mapping, String field) {
    Located<String> text = text(mapping, field);
    if (text == null || text.value().length() > 9) {
      return OptionalInt.empty();
    }
    boolean digits =
        !text.value().isEmpty() && text.value().chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? OptionalInt.of(Integer.parseInt(text.value())) : OptionalInt.empty();
  }

  static boolean isTrue(MappingNode mapping, String field) {
    return mapping.value(field) instanceof ScalarNode scalar && scalar.text().equals("true");
  }

  /// The mappings in a list; empty when absent.
  static List<MappingNode> mappings(MappingNode mapping, String field) {
    SequenceNode sequence = mapping.sequence(field);
    var found = new ArrayList<MappingNode>();
    if (sequence != null) {
      for (Node item : sequence.items()) {
        if (item instanceof MappingNode one) {
          found.add(one);
        }
      }
    }
    return found;
  }

  /// The scalars in a list; empty when absent.
  static List<Located<String>> texts(MappingNode mapping, String field) {
    return texts(mapping.value(field));
  }

  /// The scalars in a list; empty when it is none.
  static List<Located<String>> texts(@Nullable Node list) {
    var found = new ArrayList<Located<String>>();
    if (list instanceof SequenceNode sequence) {
      for (Node item : sequence.items()) {
        if (item instanceof ScalarNode scalar) {
          found.add(new Located<>(scalar.text(), scalar.span()));
        }
      }
    }
    return found;
  }

  /// The texts of a mapping by key; values that are not scalars are left out.
  static Map<String, Located<String>> textsByKey(@Nullable MappingNode mapping) {
    var found = new LinkedHashMap<String, Located<String>>();
    if (mapping != null) {
      for (var entry : mapping.entries()) {
        if (entry.value() instanceof ScalarNode scalar) {
          found.put(entry.key().text(), new Located<>(scalar.text(), scalar.span()));
        }
      }
    }
    return found;
  }

  /// The same without places.
  static Map<String, String> plain(Map<String, Located<String>> located) {
    var plain = new LinkedHashMap<String, String>();
    located.forEach((key, value) -> plain.put(key, value.value()));
    return plain;
  }
}
