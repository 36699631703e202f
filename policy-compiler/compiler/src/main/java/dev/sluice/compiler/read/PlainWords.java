package dev.sluice.compiler.read;

import java.nio.charset.StandardCharsets;

/// Text without quotes that every reader takes for the same value: what it may be made of, and what
/// it must not look like.
final class PlainWords {

  /// The longest of the words that readers of YAML 1.1 take for something else than text.
  static final int LONGEST_SPECIAL = 5;

  /// Digits of a number that is the same number everywhere.
  private static final int MAX_DIGITS = 9;

  private static final int FIRST = 1;
  private static final int MORE = 2;
  private static final int DIGIT = 4;

  /// No number, date or time of any reader ends with one of these: `30s`, `500m`, `128Mi`.
  private static final int UNIT = 8;

  private static final byte[] CLASS = classes();

  private PlainWords() {}

  private static byte[] classes() {
    var classes = new byte[128];
    for (char c = 0; c < classes.length; c++) {
      boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      boolean digit = c >= '0' && c <= '9';
      int first = letter || digit || c == '/' ? FIRST | MORE : 0;
      int more = "_.-+@=*".indexOf(c) >= 0 ? MORE : 0;
      int unit = "smhiMGK".indexOf(c) >= 0 ? UNIT : 0;
      classes[c] = (byte) (first | more | unit | (digit ? DIGIT : 0));
    }
    return classes;
  }

  /// Whether a word may start with an ASCII character.
  static boolean mayStart(byte c) {
    return (CLASS[c] & FIRST) != 0;
  }

  /// Whether a word may go on with an ASCII character.
  static boolean mayContain(byte c) {
    return (CLASS[c] & MORE) != 0;
  }

  /// Whether words from `start` to `end` are the same text, number, boolean or null to everybody.
  static boolean isSafe(byte[] bytes, int start, int end) {
    if (end <= start) {
      return false;
    }
    if ((CLASS[bytes[start]] & DIGIT) != 0) {
      return isWholeNumber(bytes, start, end) || isNoNumber(bytes, start, end);
    }
    return end - start > LONGEST_SPECIAL
        || !Scalars.isAmbiguous(new String(bytes, start, end - start, StandardCharsets.US_ASCII));
  }

  private static boolean isWholeNumber(byte[] bytes, int start, int end) {
    for (int i = start; i < end; i++) {
      if ((CLASS[bytes[i]] & DIGIT) == 0) {
        return false;
      }
    }
    return end - start == 1 || (bytes[start] != '0' && end - start <= MAX_DIGITS);
  }

  /// Whether something that starts with a digit is a number, date or time to nobody: `10.0.0.0/8`.
  private static boolean isNoNumber(byte[] bytes, int start, int end) {
    if ((CLASS[bytes[end - 1]] & UNIT) != 0) {
      return true;
    }
    for (int i = start; i < end; i++) {
      if (bytes[i] == '/') {
        return true;
      }
    }
    return false;
  }
}
