package dev.sluice.compiler.syntax;

import dev.sluice.compiler.diagnostic.ResourceRef;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import java.util.Map;

/// What every object has. `namespace` is `default` for a namespaced object that names none, empty
/// for others.
///
/// `span` is the whole document; `nameSpan` the place of its name, where findings about the object
/// point.
public record Metadata(
    String apiVersion,
    String kind,
    String namespace,
    String name,
    Map<String, Located<String>> labels,
    Map<String, Located<String>> annotations,
    Span span,
    Span nameSpan) {

  public Metadata {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }

  public ResourceRef resource() {
    return new ResourceRef(kind, namespace, name);
  }

  /// The plain value of a label, or the empty string.
  public String label(String key) {
    Located<String> value = labels.get(key);
    return value == null ? "" : value.value();
  }

  /// The plain value of an annotation, or the empty string.
  public String annotation(String key) {
    Located<String> value = annotations.get(key);
    return value == null ? "" : value.value();
  }
}
