package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.settings.PathGlob;
import dev.sluice.compiler.settings.PathSuppression;
import dev.sluice.compiler.source.Located;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads `suppressions` of `sluice.yaml`.
final class SuppressionSettings {
  private final Problems problems;

  private SuppressionSettings(Problems problems) {
    this.problems = problems;
  }

  static List<PathSuppression> read(MappingNode root, Problems problems) {
    var reader = new SuppressionSettings(problems);
    return Fields.mappings(root, "suppressions").stream().map(reader::read).toList();
  }

  private PathSuppression read(MappingNode entry) {
    Located<String> reason = Fields.text(entry, "reason");
    if (reason != null && reason.value().isBlank()) {
      refuse(reason, "the reason is empty");
    }
    var codes = new ArrayList<Code>();
    Fields.texts(entry, "codes").forEach(id -> code(id).ifPresent(codes::add));
    return new PathSuppression(
        Fields.texts(entry, "paths").stream().map(path -> new PathGlob(path.value())).toList(),
        codes,
        reason == null ? "" : reason.value(),
        until(Fields.text(entry, "until")),
        Fields.keySpan(entry, "codes"));
  }

  private Optional<Code> code(Located<String> id) {
    Optional<Code> code =
        Arrays.stream(Code.values()).filter(known -> known.id().equals(id.value())).findFirst();
    if (code.isEmpty()) {
      refuse(id, "`" + Words.shortened(id.value()) + "` is not the code of any finding");
    } else if (code.get().severity() == Severity.ERROR) {
      refuse(id, "`" + id.value() + "` is an error and cannot be suppressed");
    }
    return code;
  }

  private Optional<LocalDate> until(@Nullable Located<String> date) {
    if (date == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDate.parse(date.value()));
    } catch (DateTimeParseException noDate) {
      refuse(date, "`" + Words.shortened(date.value()) + "` is not a day of the calendar");
      return Optional.empty();
    }
  }

  private void refuse(Located<String> value, String message) {
    problems.report(
        Code.BAD_SETTINGS,
        value.span(),
        new Text(
            message,
            "an exception that is not sound must not look as if it held",
            "name codes of warnings, a reason, and a day such as `2027-01-31` if it shall end"));
  }
}
