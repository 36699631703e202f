package dev.sluice.compiler.validate;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/// What the value of an annotation `sluice.dev/ignore.<CODE>` says: a reason, and the last day on
/// which it holds if `until=<day>` stands before or behind it.
sealed interface Acceptance {

  record Given(String reason, Optional<LocalDate> until) implements Acceptance {}

  /// Not understood, for the reason that `problem` says.
  record Malformed(String problem) implements Acceptance {}

  String UNTIL = "until=";

  static Acceptance parse(String value) {
    String text = value.strip();
    if (!text.contains(UNTIL)) {
      return given(text, Optional.empty());
    }
    int first = text.indexOf(' ');
    int last = text.lastIndexOf(' ');
    boolean isBefore = text.startsWith(UNTIL);
    String day =
        isBefore ? text.substring(0, first < 0 ? text.length() : first) : text.substring(last + 1);
    String rest = isBefore ? text.substring(day.length()) : text.substring(0, Math.max(0, last));
    if (!day.startsWith(UNTIL) || rest.contains(UNTIL)) {
      return new Malformed("`" + UNTIL + "` stands neither before nor behind the reason");
    }
    try {
      return given(rest.strip(), Optional.of(LocalDate.parse(day.substring(UNTIL.length()))));
    } catch (DateTimeParseException noDate) {
      return new Malformed("`" + Words.shortened(day) + "` names no day of the calendar");
    }
  }

  private static Acceptance given(String reason, Optional<LocalDate> until) {
    return reason.isEmpty() ? new Malformed("the reason is missing") : new Given(reason, until);
  }
}
