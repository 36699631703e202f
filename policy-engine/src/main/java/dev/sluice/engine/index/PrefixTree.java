package dev.sluice.engine.index;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A node of a radix tree: what is filed under a prefix, and the longer prefixes below.
final class PrefixTree {

  private final String label;
  private final Posting posting;
  private final char[] firsts;
  private final PrefixTree[] children;

  private PrefixTree(String label, Posting posting, SortedMap<Character, PrefixTree> below) {
    this.label = label;
    this.posting = posting;
    this.firsts = new char[below.size()];
    this.children = below.values().toArray(PrefixTree[]::new);
    int i = 0;
    for (char first : below.keySet()) {
      firsts[i++] = first;
    }
  }

  static PrefixTree of(Map<String, Posting> prefixes) {
    return build("", new TreeMap<>(prefixes), 0);
  }

  /// Builds the node for `prefixes`, which share their first `depth` characters; `label` is the end
  /// of those.
  private static PrefixTree build(String label, SortedMap<String, Posting> prefixes, int depth) {
    var here = Posting.EMPTY;
    var groups = new TreeMap<Character, SortedMap<String, Posting>>();
    for (var entry : prefixes.entrySet()) {
      if (entry.getKey().length() == depth) {
        here = entry.getValue();
      } else {
        groups
            .computeIfAbsent(entry.getKey().charAt(depth), _ -> new TreeMap<>())
            .put(entry.getKey(), entry.getValue());
      }
    }
    var below = new TreeMap<Character, PrefixTree>();
    groups.forEach((first, group) -> {
      int shared = shared(group.firstKey(), group.lastKey());
      String part = group.firstKey().substring(depth, shared);
      below.put(first, build(part, group, shared));
    });
    return new PrefixTree(label, here, below);
  }

  /// In sorted order the first and the last share what all share.
  private static int shared(String first, String last) {
    int i = 0;
    while (i < first.length() && i < last.length() && first.charAt(i) == last.charAt(i)) {
      i++;
    }
    return i;
  }

  /// What is filed under exactly this prefix.
  Posting posting() {
    return posting;
  }

  /// How many characters this node adds to its parent's prefix.
  int length() {
    return label.length();
  }

  /// The next node along `path` from `at`; null when no longer prefix fits.
  @Nullable PrefixTree next(String path, int at) {
    if (at >= path.length()) {
      return null;
    }
    int index = Arrays.binarySearch(firsts, path.charAt(at));
    if (index < 0) {
      return null;
    }
    PrefixTree child = children[index];
    return path.startsWith(child.label, at) ? child : null;
  }

  /// The most that lies on one way down from here.
  int heaviest() {
    int below = 0;
    for (PrefixTree child : children) {
      below = Math.max(below, child.heaviest());
    }
    return posting.size() + below;
  }
}
