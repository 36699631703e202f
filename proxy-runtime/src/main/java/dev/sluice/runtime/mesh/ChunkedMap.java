package dev.sluice.runtime.mesh;

import java.util.AbstractCollection;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An immutable hash map in 1024 chunks, of which a changed copy shares those it did not touch.
///
/// Reads cost what a `HashMap` costs. A copy with k changes costs k chunks of size/1024 entries
/// each and the 8 KiB spine, so that one changed workload among 10,000 copies about ten entries.
final class ChunkedMap<K, V> {

  private static final int CHUNKS = 1 << 10;

  private final Map<K, V>[] chunks;
  private final int size;

  private ChunkedMap(Map<K, V>[] chunks, int size) {
    this.chunks = chunks;
    this.size = size;
  }

  static <K, V> ChunkedMap<K, V> empty() {
    @SuppressWarnings({"unchecked", "rawtypes"})
    Map<K, V>[] chunks = new Map[CHUNKS];
    Arrays.fill(chunks, Map.of());
    return new ChunkedMap<>(chunks, 0);
  }

  private static int chunk(Object key) {
    int hash = key.hashCode();
    // The low bits choose the bucket within a chunk; the chunk takes others.
    return (hash * 0x9E3779B9) >>> (Integer.SIZE - 10);
  }

  @Nullable V get(K key) {
    return chunks[chunk(key)].get(key);
  }

  int size() {
    return size;
  }

  /// A view of the values, in no order.
  Collection<V> values() {
    return new Values();
  }

  /// A copy to be changed; this map stays as it is.
  Edit<K, V> edit() {
    return new Edit<>(chunks.clone(), size);
  }

  private final class Values extends AbstractCollection<V> {
    @Override
    public Iterator<V> iterator() {
      return Arrays.stream(chunks).flatMap(chunk -> chunk.values().stream()).iterator();
    }

    @Override
    public int size() {
      return size;
    }
  }

  /// A map under change; for one thread.
  static final class Edit<K, V> {
    private final Map<K, V>[] chunks;
    private final BitSet owned = new BitSet(CHUNKS);
    private int size;

    private Edit(Map<K, V>[] chunks, int size) {
      this.chunks = chunks;
      this.size = size;
    }

    private Map<K, V> own(K key) {
      int index = chunk(key);
      if (!owned.get(index)) {
        owned.set(index);
        chunks[index] = new HashMap<>(chunks[index]);
      }
      return chunks[index];
    }

    @Nullable V get(K key) {
      return chunks[chunk(key)].get(key);
    }

    void put(K key, V value) {
      if (own(key).put(key, value) == null) {
        size++;
      }
    }

    void remove(K key) {
      if (chunks[chunk(key)].containsKey(key)) {
        own(key).remove(key);
        size--;
      }
    }

    /// The changed map; this edit must not be used further.
    ChunkedMap<K, V> done() {
      return new ChunkedMap<>(chunks, size);
    }
  }
}
