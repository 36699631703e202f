package dev.sluice.engine.policy;

/// Compares texts ignoring the case of ASCII letters only, so that no other character passes for
/// one (U+212A is not `k`).
final class AsciiCase {

  private AsciiCase() {}

  /// Whether `part` stands in `text` at `from`; false when it does not fit.
  static boolean isAt(int from, String part, String text) {
    if (from < 0 || from + part.length() > text.length()) {
      return false;
    }
    for (int i = 0; i < part.length(); i++) {
      if (lower(part.charAt(i)) != lower(text.charAt(from + i))) {
        return false;
      }
    }
    return true;
  }

  private static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
  }
}
