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
      Set.of("y", "n", "yes", "no", "on", "off", "true", "false", "null", "~");
  private static final Set<String> FLOATS =
      Set.of(".inf", "-.inf", "+.inf", ".nan", "=", "-.nan", "+.nan");

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
    String lower = text.toLowerCase(Locale.ROOT);
    return WORDS_OF_11.contains(lower) || FLOATS.contains(lower) || looksNumeric(lower);
  }

  /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?`: what JSON and every YAML take for the same number.
  private static boolean isNumber(String text) {
    int at = text.startsWith("-") ? 1 : 0;
    int whole = digits(text, at);
    if (whole == at || (text.charAt(at) == '0' && whole > at + 1)) {
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
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }

  /// Octal, hexadecimal, binary, `1_000`, `1:30`, `1e3`, `+1`, `.5`, `1.`: a number to some reader.
  private static boolean looksNumeric(String lower) {
    String body = lower.startsWith("-") || lower.startsWith("+") ? lower.substring(1) : lower;
    if (body.isEmpty()) {
      return false;
    }
    if (body.startsWith("0x")) {
      return isMadeOf(body.substring(2), "0123456789abcdef_");
    }
    if (body.startsWith("0o")) {
      return isMadeOf(body.substring(2), "01234567_");
    }
    if (body.startsWith("0b")) {
      return isMadeOf(body.substring(2), "01_");
    }
    return isDecimalLike(body) || isSexagesimal(body);
  }

  /// Digits and underscores with at most one dot and one exponent.
  private static boolean isDecimalLike(String body) {
    int exponent = body.indexOf('e');
    String mantissa = exponent < 0 ? body : body.substring(0, exponent);
    String power = exponent < 0 ? "0" : body.substring(exponent + 1);
    String unsigned = power.startsWith("-") || power.startsWith("+") ? power.substring(1) : power;
    int dot = mantissa.indexOf('.');
    String joined = dot < 0 ? mantissa : mantissa.substring(0, dot) + mantissa.substring(dot + 1);
    boolean startsLikeNumber = mantissa.startsWith(".") || startsWithDigit(mantissa);
    return startsLikeNumber
        && !joined.isEmpty()
        && startsWithDigit(joined)
        && isMadeOf(joined, "0123456789_")
        && isMadeOf(unsigned, "0123456789");
  }

  private static boolean isSexagesimal(String body) {
    int colon = body.indexOf(':');
    return colon > 0
        && startsWithDigit(body)
        && !body.endsWith(":")
        && !body.contains("::")
        && isMadeOf(body, "0123456789_:.");
  }

  private static boolean startsWithDigit(String text) {
    return !text.isEmpty() && text.charAt(0) >= '0' && text.charAt(0) <= '9';
  }

  private static boolean isMadeOf(String text, String alphabet) {
    return !text.isEmpty() && text.chars().allMatch(c -> alphabet.indexOf(c) >= 0);
  }
}
