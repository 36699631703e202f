package dev.sluice.compiler.read;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.source.Span;

/// Finds document markers by looking at lines, independently of the parser, as Kubernetes splits
/// files.
final class LineCheck {

  private LineCheck() {}

  /// Reports directives and end markers; returns the number of `---` lines, or -1 after a finding.
  static int countSeparators(String file, String text, Diagnostics diagnostics) {
    int separators = 0;
    boolean clean = true;
    String[] lines = text.split("\r\n|\r|\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i];
      Span span = new Span(file, i + 1, 1, i + 1, line.codePointCount(0, line.length()) + 1);
      if (line.startsWith("%")) {
        diagnostics.report(
            Code.DIRECTIVE,
            span,
            null,
            new Text(
                "YAML directive `" + line.strip() + "`",
                "readers treat directives differently; Kubernetes refuses some of them",
                "remove the line"));
        clean = false;
      } else if (isMarker(line, "...")) {
        diagnostics.report(
            Code.DOCUMENT_END,
            span,
            null,
            new Text(
                "document end marker `...`",
                "Kubernetes drops everything after it without a word",
                "remove the line and separate documents with `---`"));
        clean = false;
      } else if (isMarker(line, "---")) {
        separators++;
        clean &= isBare(line, span, diagnostics);
      }
    }
    return clean ? separators : -1;
  }

  private static boolean isMarker(String line, String marker) {
    return line.startsWith(marker)
        && (line.length() == 3 || line.charAt(3) == ' ' || line.charAt(3) == '\t');
  }

  private static boolean isBare(String line, Span span, Diagnostics diagnostics) {
    String rest = line.substring(3).strip();
    if (rest.isEmpty() || rest.startsWith("#")) {
      return true;
    }
    diagnostics.report(
        Code.YAML_SYNTAX,
        span,
        null,
        new Text(
            "content on the line of a document separator",
            "Kubernetes does not take this line for a separator",
            "put `---` on a line of its own"));
    return false;
  }
}
