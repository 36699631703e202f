package dev.sluice.compiler.read;

import dev.sluice.compiler.read.Node.ScalarType;
import java.util.Locale;
import java.util.Set;

/// What plain scalars mean, and which of them different YAML readers take differently.
///
/// Kubernetes reads YAML 1.1 words (`yes`, `0755`); other tools read YAML 1.2. A plain scalar is
/// safe only when both, and the JSON subset, agree.
public final class Scalars {

  private static final Set<String> WORDS_OF_11 =
      Set.of("y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=");
  private static final Set<String> FLOATS = Set.of(".inf", ".nan");

  /// The largest number up to which every integer has a floating point form of its own: 2^53.
  private static final long MAX_EXACT = 1L << 53;

  /// Longer ones are never written by people, and slow to convert.
  private static final int MAX_NUMBER = 32;

  private Scalars() {}

  /// The type on which all readers agree; text for everything ambiguous.
  static ScalarType resolve(String text) {
    return switch (text) {
      case "", "null" -> ScalarType.NULL;
      case "true", "false" -> ScalarType.BOOLEAN;
      default -> isNumber(text) ? ScalarType.NUMBER : ScalarType.TEXT;
    };
  }

  /// Whether two YAML readers can take this plain scalar for different values.
  public static boolean isAmbiguous(String text) {
    if (resolve(text) != ScalarType.TEXT) {
      return false;
    }
    char first = text.charAt(0);
    if (first == '+' || first == '-' || first == '.' || isDigit(first)) {
      return isReadAsNumber(text) || isTimestamp(text);
    }
    return text.length() <= 5 && WORDS_OF_11.contains(text.toLowerCase(Locale.ROOT));
  }

  /// Whether readers that keep numbers in floating point, or print them anew, change this number.
  ///
  /// Integers are exact up to 2^53 and decimals up to 15 digits; `80.0` is an integer to some
  /// readers only, and `-0` loses its sign in some.
  static boolean isImprecise(String number) {
    int dot = number.indexOf('.');
    boolean negative = number.startsWith("-");
    if (dot < 0) {
      return number.equals("-0")
          || number.length() > 17
          || Math.abs(Long.parseLong(number)) > MAX_EXACT;
    }
    return number.length() - (negative ? 2 : 1) > 15 || isMadeOf(number.substring(dot + 1), "0");
  }

  /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?`: what JSON and every YAML take for the same number.
  private static boolean isNumber(String text) {
    int at = text.startsWith("-") ? 1 : 0;
    int whole = digits(text, at);
    boolean leadingZero = whole > at + 1 && text.charAt(at) == '0';
    if (whole == at || leadingZero || text.length() > MAX_NUMBER) {
      return false;
    }
    if (whole == text.length()) {
      return true;
    }
    int fraction = digits(text, whole + 1);
    return text.charAt(whole) == '.' && fraction > whole + 1 && fraction == text.length();
  }

  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /// Octal, hexadecimal, binary, `1_000`, `1:30`, `1e3`, `+1`, `.5`, `1.`, `.inf`: a number to some
  /// reader. Kubernetes leaves out underscores before it looks, even in `-_1` and `0_x1F`.
  private static boolean isReadAsNumber(String text) {
    String lower = text.replace("_", "").toLowerCase(Locale.ROOT);
    String body = lower.startsWith("-") || lower.startsWith("+") ? lower.substring(1) : lower;
    if (body.startsWith("0x")) {
      return isMadeOf(body.substring(2), "0123456789abcdef");
    }
    if (body.startsWith("0o")) {
      return isMadeOf(body.substring(2), "01234567");
    }
    if (body.startsWith("0b")) {
      return isMadeOf(body.substring(2), "01");
    }
    return FLOATS.contains(body) || isDecimalLike(body) || isSexagesimal(body);
  }

  /// Digits with at most one dot and one exponent.
  private static boolean isDecimalLike(String body) {
    int exponent = body.indexOf('e');
    String mantissa = exponent < 0 ? body : body.substring(0, exponent);
    String power = exponent < 0 ? "0" : body.substring(exponent + 1);
    String unsigned = power.startsWith("-") || power.startsWith("+") ? power.substring(1) : power;
    int dot = mantissa.indexOf('.');
    String joined = dot < 0 ? mantissa : mantissa.substring(0, dot) + mantissa.substring(dot + 1);
    return isMadeOf(joined, "0123456789") && isMadeOf(unsigned, "0123456789");
  }

  private static boolean isSexagesimal(String body) {
    return body.indexOf(':') > 0
        && isDigit(body.charAt(0))
        && !body.endsWith(":")
        && !body.contains("::")
        && isMadeOf(body, "0123456789:.");
  }

  /// `2024-01-31` and anything after a space or `T`: a time to Kustomize, text to kubectl.
  private static boolean isTimestamp(String text) {
    int month = digits(text, 0);
    int day = digits(text, month + 1);
    int end = digits(text, day + 1);
    return month == 4
        && text.startsWith("-", month)
        && text.startsWith("-", day)
        && day - month <= 3
        && end > day + 1
        && (end == text.length() || "Tt \t".indexOf(text.charAt(end)) >= 0);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isMadeOf(String text, String alphabet) {
    return !text.isEmpty() && text.chars().allMatch(c -> alphabet.indexOf(c) >= 0);
  }
}
