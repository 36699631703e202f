package dev.sluice.runtime.mesh;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An immutable map of a key to the entries that have it, each once by its name, in the order they
/// came or in one of their own.
///
/// A changed copy costs what it changes and the lists of the keys concerned, each copied once.
final class ListIndex<K, V> {

  private final ChunkedMap<K, List<V>> lists;
  private final Function<V, String> name;
  private final @Nullable Comparator<V> order;

  private ListIndex(
      ChunkedMap<K, List<V>> lists, Function<V, String> name, @Nullable Comparator<V> order) {
    this.lists = lists;
    this.name = name;
    this.order = order;
  }

  /// An empty index whose entries stay in the order they came.
  static <K, V> ListIndex<K, V> inOrderOfArrival(Function<V, String> name) {
    return new ListIndex<>(ChunkedMap.empty(), name, null);
  }

  /// An empty index whose entries are sorted.
  static <K, V> ListIndex<K, V> sorted(Function<V, String> name, Comparator<V> order) {
    return new ListIndex<>(ChunkedMap.empty(), name, order);
  }

  List<V> get(K key) {
    List<V> found = lists.get(key);
    return found == null ? List.of() : found;
  }

  Edit<K, V> edit() {
    return new Edit<>(this);
  }

  /// An index under change; for one thread.
  static final class Edit<K, V> {
    private final ListIndex<K, V> before;
    private final Map<K, Map<String, V>> touched = new HashMap<>();

    private Edit(ListIndex<K, V> before) {
      this.before = before;
    }

    private Map<String, V> at(K key) {
      return touched.computeIfAbsent(
          key,
          _ -> {
            var byName = new LinkedHashMap<String, V>();
            before.get(key).forEach(value -> byName.put(before.name.apply(value), value));
            return byName;
          });
    }

    void add(K key, V value) {
      at(key).put(before.name.apply(value), value);
    }

    void remove(K key, V value) {
      at(key).remove(before.name.apply(value));
    }

    /// The changed index; this edit must not be used further.
    ListIndex<K, V> done() {
      if (touched.isEmpty()) {
        return before;
      }
      var lists = before.lists.edit();
      touched.forEach((key, values) -> {
        if (values.isEmpty()) {
          lists.remove(key);
        } else {
          var list = new ArrayList<>(values.values());
          if (before.order != null) {
            list.sort(before.order);
          }
          lists.put(key, Collections.unmodifiableList(list));
        }
      });
      return new ListIndex<>(lists.done(), before.name, before.order);
    }
  }
}
