package dev.sluice.compiler.validate;

import java.time.Duration;
import java.util.Optional;

/// Durations of the Gateway API: one to four numbers of one to five digits with h, m, s or ms.
///
/// Source: GEP-2257.
final class Durations {

  private static final int MAX_PARTS = 4;
  private static final int MAX_DIGITS = 5;

  private Durations() {}

  static Optional<Duration> parse(String text) {
    Duration sum = Duration.ZERO;
    int at = 0;
    int parts = 0;
    while (at < text.length()) {
      int digits = at;
      while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
        digits++;
      }
      int count = digits - at;
      if (count == 0 || count > MAX_DIGITS || ++parts > MAX_PARTS) {
        return Optional.empty();
      }
      long number = Long.parseLong(text.substring(at, digits));
      String unit = unit(text, digits);
      switch (unit) {
        case "ms" -> sum = sum.plusMillis(number);
        case "s" -> sum = sum.plusSeconds(number);
        case "m" -> sum = sum.plusMinutes(number);
        case "h" -> sum = sum.plusHours(number);
        default -> {
          return Optional.empty();
        }
      }
      at = digits + unit.length();
    }
    return parts == 0 ? Optional.empty() : Optional.of(sum);
  }

  private static String unit(String text, int at) {
    if (text.startsWith("ms", at)) {
      return "ms";
    }
    return at < text.length() ? text.substring(at, at + 1) : "";
  }
}
