package dev.sluice.compiler.read.fuzz;

import com.google.re2j.Pattern;
import dev.sluice.compiler.read.fuzz.ClusterReader.Refused;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What kubectl takes plain scalars for: the words of YAML 1.1, and numbers as Go reads them after
/// all underscores are gone.
final class ClusterScalars {

  private static final Set<String> TRUE =
      Set.of("y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE");
  private static final Set<String> FALSE =
      Set.of("n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE");
  private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
  private static final Pattern NOT_A_NUMBER =
      Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

  private ClusterScalars() {}

  /// The value of a plain scalar.
  static @Nullable Object resolve(String text) throws Refused {
    if (NULL.contains(text)) {
      return null;
    }
    if (TRUE.contains(text)) {
      return true;
    }
    if (FALSE.contains(text)) {
      return false;
    }
    if (NOT_A_NUMBER.matches(text)) {
      throw new Refused("not a finite number");
    }
    char first = text.charAt(0);
    if (first == '.') {
      return FLOAT.matches(text) ? new BigDecimal(text) : text;
    }
    boolean numeric = first == '-' || first == '+' || (first >= '0' && first <= '9');
    return numeric ? number(text.replace("_", "")).map(Object.class::cast).orElse(text) : text;
  }

  /// The text that a plain key becomes.
  static String key(String text) throws Refused {
    Object value = resolve(text);
    return switch (value) {
      case null -> throw new Refused("null key");
      case BigInteger whole -> whole.toString();
      case BigDecimal decimal -> "%.6g".formatted(decimal);
      default -> value.toString();
    };
  }

  private static Optional<Number> number(String text) {
    Optional<Number> whole = whole(text);
    if (whole.isPresent() || !FLOAT.matches(text)) {
      return whole;
    }
    int exponent = Math.max(text.indexOf('e'), text.indexOf('E'));
    boolean huge = exponent >= 0 && text.length() - exponent > 6;
    return huge ? Optional.of(Double.POSITIVE_INFINITY) : Optional.of(new BigDecimal(text));
  }

  /// Go's integer syntax: prefixes `0x`, `0o`, `0b`, and a leading zero for octal.
  private static Optional<Number> whole(String text) {
    boolean negative = text.startsWith("-");
    String body = negative || text.startsWith("+") ? text.substring(1) : text;
    int radix = 10;
    int from = 0;
    if (body.length() > 1 && body.charAt(0) == '0') {
      radix =
          switch (body.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'b', 'B' -> 2;
            default -> 8;
          };
      boolean marked = "xXbBoO".indexOf(body.charAt(1)) >= 0;
      from = marked ? 2 : 1;
    }
    String digits = body.substring(from);
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) >= 0x80 || Character.digit(digits.charAt(i), radix) < 0) {
        return Optional.empty();
      }
    }
    if (digits.isEmpty()) {
      return Optional.empty();
    }
    var value = new BigInteger(digits, radix);
    return Optional.of(negative ? value.negate() : value);
  }
}
