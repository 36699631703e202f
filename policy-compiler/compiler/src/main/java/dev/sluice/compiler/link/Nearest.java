package dev.sluice.compiler.link;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds the existing name that a misspelt one was probably meant to be.
final class Nearest {

  private Nearest() {}

  /// The candidate most like `name`, when it is like it at all; the first one in order among
  /// equals.
  static Optional<String> of(String name, Collection<String> candidates) {
    int limit = Math.max(1, Math.min(3, name.length() / 3));
    return candidates.stream()
        .sorted()
        .min(Comparator.comparingInt((String candidate) -> distance(name, candidate)))
        .filter(candidate -> distance(name, candidate) <= limit);
  }

  /// ``did you mean `x`?`` for the nearest candidate, else `otherwise`.
  static String help(String name, Collection<String> candidates, String otherwise) {
    return of(name, candidates).map(found -> "did you mean `" + found + "`?").orElse(otherwise);
  }

  /// How many letters are added, left out, replaced or swapped with their neighbour.
  private static int distance(String left, String right) {
    int[] before = new int[0];
    int[] above = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int[] row = new int[right.length() + 1];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int change = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(above[j - 1] + change, Math.min(above[j], row[j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && left.charAt(i - 1) == right.charAt(j - 2)
                && left.charAt(i - 2) == right.charAt(j - 1);
        if (swapped) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
      before = above;
      above = row;
    }
    return above[right.length()];
  }
}
