package dev.sluice.compiler.source;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was worked out about each object of a list the last time, by the objects themselves: an
/// object that is still the same needs no second look.
///
/// Lists that differ in few places cost little to compare, because what stands before and behind
/// the difference is found by its place. Confined to one thread; holds what the last list held.
public final class Remembered<K, V> {

  private List<? extends K> keys = List.of();
  private List<? extends V> values = List.of();

  /// What is remembered about each of these objects, in their order; null where nothing is.
  public List<@Nullable V> of(List<? extends K> objects) {
    var found = new @Nullable Object[objects.size()];
    int most = Math.min(objects.size(), keys.size());
    int before = 0;
    while (before < most && isSame(objects.get(before), keys.get(before))) {
      found[before] = values.get(before);
      before++;
    }
    int behind = 0;
    int end = objects.size() - 1;
    int lastEnd = keys.size() - 1;
    while (behind < most - before
        && isSame(objects.get(end - behind), keys.get(lastEnd - behind))) {
      found[end - behind] = values.get(lastEnd - behind);
      behind++;
    }
    if (before + behind < objects.size()) {
      var others = new IdentityHashMap<Object, V>();
      for (int i = before; i < keys.size() - behind; i++) {
        others.put(keys.get(i), values.get(i));
      }
      for (int i = before; i < objects.size() - behind; i++) {
        found[i] = others.get(objects.get(i));
      }
    }
    @SuppressWarnings("unchecked") // only values were put in
    var typed = (List<@Nullable V>) (List<?>) Arrays.asList(found);
    return typed;
  }

  /// Remembers one value for each object, in order, and nothing else.
  public void keep(List<? extends K> objects, List<? extends V> found) {
    keys = objects;
    values = found;
  }

  /// Forgets everything.
  public void clear() {
    keys = List.of();
    values = List.of();
  }

  @SuppressWarnings("ReferenceEquality") // whether equal objects are the same is the question
  private static boolean isSame(Object one, Object other) {
    return one == other;
  }
}
