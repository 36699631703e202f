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
final class ScopeIndex<T> {

  private final Map<Object, List<Integer>> filed = new HashMap<>();
  private final List<Scope> scopes = new ArrayList<>();
  private final List<T> values = new ArrayList<>();

  private record Everywhere() {}

  private record Home(String namespace) {}

  private record Labelled(String namespace, String label, String value) {}

  void add(Scope scope, T value) {
    int number = values.size();
    scopes.add(scope);
    values.add(value);
    keys(scope).forEach(key -> filed.computeIfAbsent(key, _ -> new ArrayList<>()).add(number));
  }

  /// The numbers of what covers a destination, in the order of filing.
  List<Integer> covering(Destination destination) {
    return keysNear(destination).stream()
        .flatMap(key -> filed.getOrDefault(key, List.of()).stream())
        .filter(number -> scopes.get(number).covers(destination))
        .distinct()
        .sorted()
        .toList();
  }

  List<T> values(List<Integer> numbers) {
    return numbers.stream().map(values::get).toList();
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
}
