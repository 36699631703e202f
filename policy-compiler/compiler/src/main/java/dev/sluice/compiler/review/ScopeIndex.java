package dev.sluice.compiler.review;

import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What is in scope for a destination, found without walking everything: scopes are filed under
/// their namespace, their target or one of their labels.
final class ScopeIndex<T> {

  private final Map<Object, List<Integer>> filed = new HashMap<>();
  private final List<Scope> scopes = new ArrayList<>();
  private final List<T> values = new ArrayList<>();

  private static final Object EVERYWHERE = "everywhere";

  private record Home(String namespace) {}

  private record Labelled(String namespace, String label, String value) {
    /// Likely to be; the name of the label decides between equals, so that the order of a map does
    /// not.
    boolean isRarer(Labelled other) {
      int byLength = Integer.compare(value.length(), other.value.length());
      return byLength > 0 || (byLength == 0 && label.compareTo(other.label) > 0);
    }
  }

  void add(Scope scope, T value) {
    int number = values.size();
    scopes.add(scope);
    values.add(value);
    keys(scope).forEach(key -> filed.computeIfAbsent(key, _ -> new ArrayList<>()).add(number));
  }

  /// The numbers of what covers a destination, in the order of filing.
  List<Integer> covering(Destination destination) {
    var numbers = new ArrayList<>(general(destination.namespace()));
    numbers.addAll(byLabels(destination));
    Collections.sort(numbers);
    return numbers;
  }

  /// The numbers of what covers everything in a namespace.
  private List<Integer> general(String namespace) {
    var numbers = new ArrayList<>(filed.getOrDefault(EVERYWHERE, List.of()));
    numbers.addAll(filed.getOrDefault(new Home(namespace), List.of()));
    return numbers;
  }

  /// The numbers of what covers a destination by its labels, in the order of filing. What covers
  /// its namespace is not among them: workloads of one namespace differ by these alone.
  List<Integer> byLabels(Destination destination) {
    var numbers = new ArrayList<Integer>();
    destination
        .labels()
        .forEach((label, value) -> {
          numbers.addAll(
              filed.getOrDefault(new Labelled(destination.namespace(), label, value), List.of()));
          numbers.addAll(filed.getOrDefault(new Labelled("", label, value), List.of()));
        });
    numbers.removeIf(number -> !scopes.get(number).covers(destination));
    Collections.sort(numbers);
    return numbers;
  }

  List<T> values(List<Integer> numbers) {
    return numbers.stream().map(values::get).toList();
  }

  /// What a scope is filed under.
  static List<Object> keys(Scope scope) {
    return switch (scope) {
      case Scope.Mesh() -> List.of(EVERYWHERE);
      case Scope.InNamespace(var namespace) -> List.of(new Home(namespace));
      case Scope.Selected(var namespace, var labels) -> List.of(key(namespace, labels));
      case Scope.SelectedAnywhere(var labels) -> List.of(key("", labels));
      case Scope.Addressed(var targets) -> List.copyOf(targets);
    };
  }

  /// What everything is filed under that may be in scope for a destination.
  static List<Object> keysNear(Destination destination) {
    var keys = new ArrayList<Object>();
    keys.add(EVERYWHERE);
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
    Labelled best = null;
    for (Map.Entry<String, String> label : labels.entrySet()) {
      var candidate = new Labelled(namespace, label.getKey(), label.getValue());
      best = best == null || candidate.isRarer(best) ? candidate : best;
    }
    if (best != null) {
      return best;
    }
    return namespace.isEmpty() ? EVERYWHERE : new Home(namespace);
  }
}
