package dev.sluice.compiler.link;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Labelled things by namespace and by label, so that a selector looks at few of them.
///
/// All answers keep the order in which the things were given.
final class LabelIndex<T> {

  private record Label(String namespace, String key, String value) {}

  private final List<T> all;
  private final Map<String, List<T>> byNamespace = new HashMap<>();
  private final Map<Label, List<T>> byLabel = new HashMap<>();

  LabelIndex(
      List<T> things,
      Function<T, String> namespaceOf,
      Function<T, ? extends Map<String, String>> labelsOf) {
    all = List.copyOf(things);
    for (T thing : all) {
      String namespace = namespaceOf.apply(thing);
      byNamespace.computeIfAbsent(namespace, _ -> new ArrayList<>()).add(thing);
      labelsOf
          .apply(thing)
          .forEach((key, value) ->
              byLabel
                  .computeIfAbsent(new Label(namespace, key, value), _ -> new ArrayList<>())
                  .add(thing));
    }
  }

  List<T> all() {
    return all;
  }

  /// Everything in a namespace.
  List<T> in(String namespace) {
    return byNamespace.getOrDefault(namespace, List.of());
  }

  /// The fewest things in a namespace among which are all that carry these labels.
  List<T> candidates(String namespace, Map<String, String> labels) {
    List<T> fewest = in(namespace);
    for (var label : labels.entrySet()) {
      List<T> carriers =
          byLabel.getOrDefault(new Label(namespace, label.getKey(), label.getValue()), List.of());
      if (carriers.size() < fewest.size()) {
        fewest = carriers;
      }
    }
    return fewest;
  }
}
