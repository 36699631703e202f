package dev.sluice.engine.route;

/// Estimates how large a pattern becomes when RE2/J expands its counted repetitions, before it is
/// compiled: nested ones multiply, so that a short text can exhaust memory.
final class PatternSize {

  private static final long MAX_EXPANDED = 20_000;
  private static final int MAX_GROUPS = 100;

  private final String text;
  private final long[] outer = new long[MAX_GROUPS];
  private int depth;
  private long size;
  private long last;

  private PatternSize(String text) {
    this.text = text;
  }

  static boolean isReasonable(String text) {
    // quoting would hide brackets from this scan, and says nothing that escapes do not
    return !text.contains("\\Q") && new PatternSize(text).scan();
  }

  private boolean scan() {
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '(' -> {
          if (depth == MAX_GROUPS) {
            return false;
          }
          outer[depth++] = size;
          size = 0;
        }
        case ')' -> {
          last = size + 1;
          size = last + (depth > 0 ? outer[--depth] : 0);
        }
        case '{' -> i = repeat(i);
        case '[' -> {
          i = endOfClass(i);
          atom();
        }
        case '\\' -> {
          i++;
          atom();
        }
        default -> atom();
      }
      if (size > MAX_EXPANDED) {
        return false;
      }
    }
    return true;
  }

  private void atom() {
    last = 1;
    size++;
  }

  /// Multiplies the last atom; returns where the repetition ends.
  private int repeat(int open) {
    int close = text.indexOf('}', open);
    if (close < 0) {
      return open;
    }
    long factor = 1;
    for (String count : text.substring(open + 1, close).split(",", -1)) {
      boolean number = !count.isEmpty() && count.chars().allMatch(c -> c >= '0' && c <= '9');
      if (number) {
        factor = Math.max(factor, count.length() > 6 ? MAX_EXPANDED : Long.parseLong(count));
      }
    }
    size += last * (factor - 1);
    last *= factor;
    return close;
  }

  private int endOfClass(int open) {
    int i = open + 1;
    if (i < text.length() && text.charAt(i) == '^') {
      i++;
    }
    if (i < text.length() && text.charAt(i) == ']') {
      i++; // a bracket in first place is literal
    }
    while (i < text.length() && text.charAt(i) != ']') {
      i += text.charAt(i) == '\\' ? 2 : 1;
    }
    return i;
  }
}
