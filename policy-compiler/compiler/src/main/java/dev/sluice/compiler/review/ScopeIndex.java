package dev.sluice.compiler.review;

import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What is in scope for a destination, found without walking everything: scopes are filed under
/// their namespace, their target or one of their labels.
///
/// Lookups return a superset in the order of filing; the caller tests each.
final class ScopeIndex<T> {

  private final Map<Object, List<Entry<T>>> filed = new HashMap<>();
  private int size;

  private record Entry<T>(int ordinal, T value) {}

  private record Everywhere() {}

  private record Home(String namespace) {}

  private record Labelled(String namespace, String label, String value) {}

  void add(Scope scope, T value) {
    var entry = new Entry<>(size++, value);
    keys(scope).forEach(key -> filed.computeIfAbsent(key, _ -> new ArrayList<>()).add(entry));
  }

  /// What a scope is filed under.
  static List<Object> keys(Scope scope) {
    return switch (scope) {
      case Scope.Mesh() -> List.of(new Everywhere());
      case Scope.InNamespace(var namespace) -> List.of(new Home(namespace));
      case Scope.Selected(var namespace, var labels) -> List.of(key(namespace, labels));
      case Scope.SelectedAnywhere(var labels) -> List.of(key("", labels));
      case Scope.Addressed(var targets) -> List.copyOf(targets);
    };
  }

  /// What everything is filed under that may be in scope for a destination.
  static List<Object> keysNear(Destination destination) {
    var keys = new ArrayList<Object>();
    keys.add(new Everywhere());
    keys.add(new Home(destination.namespace()));
    destination
        .labels()
        .forEach((label, value) -> {
          keys.add(new Labelled(destination.namespace(), label, value));
          keys.add(new Labelled("", label, value));
        });
    keys.addAll(destination.addressedAs());
    return keys;
  }

  /// Under the label whose value is longest: it is likely to be the rarest.
  private static Object key(String namespace, Map<String, String> labels) {
    return labels.entrySet().stream()
        .max(
            Comparator.comparingInt((Map.Entry<String, String> label) -> label.getValue().length())
                .thenComparing(Map.Entry::getKey))
        .<Object>map(label -> new Labelled(namespace, label.getKey(), label.getValue()))
        .orElseGet(() -> namespace.isEmpty() ? new Everywhere() : new Home(namespace));
  }

  /// What may be in scope for a destination, in the order of filing.
  List<T> near(Destination destination) {
    return keysNear(destination).stream()
        .flatMap(key -> filed.getOrDefault(key, List.of()).stream())
        .distinct()
        .sorted(Comparator.comparingInt(Entry::ordinal))
        .map(Entry::value)
        .toList();
  }
}
