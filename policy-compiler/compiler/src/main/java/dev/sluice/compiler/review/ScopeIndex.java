package dev.sluice.compiler.review;

import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is in scope for a destination, found without walking everything: scopes are filed under
/// their namespace, their target or one of their labels.
///
/// An index may stand in front of a wider one, whose things it finds too.
final class ScopeIndex<T> {

  private final Map<Object, List<Filed<T>>> filed = new HashMap<>();
  private final @Nullable ScopeIndex<T> wider;
  private int size;

  ScopeIndex(@Nullable ScopeIndex<T> wider) {
    this.wider = wider;
  }

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

  /// A thing and its place: `rank` in the order of the tree, `number` among those of equal rank.
  record Filed<T>(long rank, int number, Scope scope, T value) implements Comparable<Filed<T>> {
    @Override
    public int compareTo(Filed<T> other) {
      int byRank = Long.compare(rank, other.rank);
      return byRank != 0 ? byRank : Integer.compare(number, other.number);
    }
  }

  void add(long rank, Scope scope, T value) {
    var one = new Filed<>(rank, size++, scope, value);
    keys(scope).forEach(key -> filed.computeIfAbsent(key, _ -> new ArrayList<>()).add(one));
  }

  /// What covers a destination, in order.
  List<Filed<T>> covering(Destination destination) {
    var found = new ArrayList<Filed<T>>();
    collectGeneral(destination.namespace(), found);
    collectByLabels(destination, found);
    Collections.sort(found);
    return found;
  }

  private void collectGeneral(String namespace, List<Filed<T>> into) {
    if (size > 0) {
      into.addAll(filed.getOrDefault(EVERYWHERE, List.of()));
      into.addAll(filed.getOrDefault(new Home(namespace), List.of()));
    }
    if (wider != null) {
      wider.collectGeneral(namespace, into);
    }
  }

  /// What covers a destination by its labels, in order. What covers its namespace is not among it:
  /// workloads of one namespace differ by this alone.
  List<Filed<T>> byLabels(Destination destination) {
    var found = new ArrayList<Filed<T>>();
    collectByLabels(destination, found);
    Collections.sort(found);
    return found;
  }

  private void collectByLabels(Destination destination, List<Filed<T>> into) {
    if (size > 0) {
      destination
          .labels()
          .forEach((label, value) -> {
            collect(new Labelled(destination.namespace(), label, value), destination, into);
            collect(new Labelled("", label, value), destination, into);
          });
    }
    if (wider != null) {
      wider.collectByLabels(destination, into);
    }
  }

  private void collect(Labelled label, Destination destination, List<Filed<T>> into) {
    for (Filed<T> one : filed.getOrDefault(label, List.of())) {
      if (one.scope().covers(destination)) {
        into.add(one);
      }
    }
  }

  static <T> List<T> values(List<Filed<T>> found) {
    var values = new ArrayList<T>(found.size());
    found.forEach(one -> values.add(one.value()));
    return values;
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
