package dev.sluice.cli.lsp;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import java.util.Optional;
import org.eclipse.lsp4j.TextEdit;

/// An edit that does what the help of a finding says, where that takes no judgement.
///
/// `title` is what the editor offers.
record QuickFix(String title, TextEdit edit) {

  private static final String NEAREST = "did you mean `";
  private static final String SCHEME = "spiffe://";

  static Optional<QuickFix> of(Diagnostic finding, Lines lines) {
    String now = lines.text(finding.span());
    return replacement(finding, now)
        .filter(then -> !then.equals(now))
        .map(then ->
            new QuickFix(
                then.isEmpty() ? "Remove it" : "Change to `" + then + "`",
                new TextEdit(lines.range(finding.span()), then)));
  }

  private static Optional<String> replacement(Diagnostic finding, String now) {
    Code code = finding.code();
    if (code == Code.FORBIDDEN_CHARACTER || code == Code.DOCUMENT_END || code == Code.DIRECTIVE) {
      return Optional.of("");
    }
    if (now.isEmpty()) {
      return Optional.empty();
    }
    if (code == Code.AMBIGUOUS_SCALAR && isPlain(now)) {
      return Optional.of('"' + now + '"');
    }
    if (code == Code.BAD_PRINCIPAL && now.contains(SCHEME)) {
      return Optional.of(now.replace(SCHEME, ""));
    }
    return nearest(finding.text().help()).map(name -> inPlaceOf(now, name));
  }

  /// Quoting needs no escapes.
  private static boolean isPlain(String text) {
    return text.chars().noneMatch(c -> c == '"' || c == '\\' || c == '\'');
  }

  private static Optional<String> nearest(String help) {
    int start = help.indexOf(NEAREST);
    if (start < 0) {
      return Optional.empty();
    }
    int from = start + NEAREST.length();
    int end = help.indexOf('`', from);
    return end < 0 ? Optional.empty() : Optional.of(help.substring(from, end));
  }

  /// Keeps the quotes, and the name without its namespace where none was written.
  private static String inPlaceOf(String now, String name) {
    String bare =
        name.contains("/") && !now.contains("/") ? name.substring(name.lastIndexOf('/') + 1) : name;
    char first = now.charAt(0);
    boolean isQuoted =
        now.length() > 1
            && (first == '"' || first == '\'')
            && now.charAt(now.length() - 1) == first;
    return isQuoted ? first + bare + first : bare;
  }
}
