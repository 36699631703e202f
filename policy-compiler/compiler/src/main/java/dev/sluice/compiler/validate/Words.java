package dev.sluice.compiler.validate;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Words for findings: the nearest known name, and long values cut short.
final class Words {

  private static final int SHOWN = 80;

  private Words() {}

  /// The candidate most like `word`, when it is like it at all.
  static Optional<String> nearest(String word, Collection<String> candidates) {
    int limit = Math.max(1, Math.min(3, word.length() / 3));
    return candidates.stream()
        .sorted()
        .min(Comparator.comparingInt((String candidate) -> distance(word, candidate)))
        .filter(candidate -> distance(word, candidate) <= limit);
  }

  static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  /// Levenshtein distance without regard to case.
  private static int distance(String one, String other) {
    String left = one.toLowerCase(java.util.Locale.ROOT);
    String right = other.toLowerCase(java.util.Locale.ROOT);
    if (Math.abs(left.length() - right.length()) > 3) {
      return Integer.MAX_VALUE;
    }
    int[] row = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int change = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[right.length()];
  }
}
