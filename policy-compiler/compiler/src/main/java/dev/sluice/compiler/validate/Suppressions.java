package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.diagnostic.Suppression;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.Metadata;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The findings that authors accepted with `sluice.dev/ignore.<CODE>: "reason"` annotations.
///
/// Only warnings can be accepted; the finding stays visible with the reason and does not count.
public final class Suppressions {

  private static final String PREFIX = "sluice.dev/ignore.";

  private Suppressions() {}

  /// Marks accepted findings; to be called once, after the last stage.
  public static void apply(Validated validated, Diagnostics diagnostics) {
    Map<String, String> accepted = new HashMap<>();
    validated.documents().stream()
        .map(Document::metadata)
        .forEach(metadata -> collect(metadata, accepted, diagnostics));
    diagnostics.replaceAll(finding -> {
      String reason = accepted.get(key(finding.code().id(), String.valueOf(finding.resource())));
      return reason == null
          ? finding
          : finding.suppressedBy(new Suppression(Suppression.By.ANNOTATION, reason));
    });
  }

  private static void collect(
      Metadata metadata, Map<String, String> accepted, Diagnostics diagnostics) {
    metadata
        .annotations()
        .forEach((key, reason) -> {
          if (key.startsWith(PREFIX)) {
            String id = key.substring(PREFIX.length());
            if (isAcceptable(metadata, id, reason, diagnostics)) {
              accepted.put(key(id, metadata.resource().toString()), reason.value());
            }
          }
        });
  }

  private static boolean isAcceptable(
      Metadata metadata, String id, Located<String> reason, Diagnostics diagnostics) {
    Optional<Code> code =
        Arrays.stream(Code.values()).filter(known -> known.id().equals(id)).findFirst();
    String problem =
        code.isEmpty()
            ? "`" + id + "` is not the code of any finding"
            : code.get().severity() == Severity.ERROR
                ? "`" + id + "` is an error and cannot be ignored"
                : reason.value().isBlank() ? "ignoring `" + id + "` needs a reason" : "";
    if (!problem.isEmpty()) {
      diagnostics.report(
          Code.BAD_ANNOTATION,
          reason.span(),
          metadata.resource(),
          new Text(
              problem,
              "an accepted warning stays in the report with the reason for it",
              "write `" + PREFIX + "SLUxxxx: \"why this is fine\"`"));
    }
    return problem.isEmpty();
  }

  private static String key(String id, String resource) {
    return id + " " + resource;
  }
}
