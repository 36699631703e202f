package dev.sluice.compiler.read;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.source.Span;

/// Finds document markers by looking at lines, independently of the parser, as Kubernetes splits
/// files.
///
/// Kubernetes cuts a file at every line that starts with `---`, whatever YAML says about the place;
/// so such a line has to be a bare separator. Lines end with a line feed: a lone carriage return
/// does not get as far as here.
final class LineCheck {

  private static final int MAX_FINDINGS = 10;

  private final String file;
  private final String text;
  private final Diagnostics diagnostics;
  private int separators;
  private int findings;

  private LineCheck(String file, String text, Diagnostics diagnostics) {
    this.file = file;
    this.text = text;
    this.diagnostics = diagnostics;
  }

  /// Reports directives and end markers; returns the number of `---` lines, or -1 after a finding.
  static int countSeparators(String file, String text, Diagnostics diagnostics) {
    var check = new LineCheck(file, text, diagnostics);
    int number = 1;
    int start = 0;
    while (start < text.length() && check.findings < MAX_FINDINGS) {
      int feed = text.indexOf('\n', start);
      int end = feed < 0 ? text.length() : feed;
      check.line(number, start, end);
      number++;
      start = end + 1;
    }
    return check.findings == 0 ? check.separators : -1;
  }

  private void line(int number, int start, int end) {
    if (start == end) {
      return;
    }
    char first = text.charAt(start);
    if (first == '%') {
      report(
          Code.DIRECTIVE,
          span(number, start, end),
          new Text(
              "YAML directive `" + text.substring(start, end).strip() + "`",
              "readers treat directives differently; Kubernetes refuses some of them",
              "remove the line"));
    } else if (first == '.' && isEndMarker(start, end)) {
      report(
          Code.DOCUMENT_END,
          span(number, start, end),
          new Text(
              "document end marker `...`",
              "Kubernetes drops everything after it without a word",
              "remove the line and separate documents with `---`"));
    } else if (first == '-' && text.startsWith("---", start)) {
      separator(number, start, end);
    }
  }

  private boolean isEndMarker(int start, int end) {
    return text.startsWith("...", start) && (end == start + 3 || isBlank(text.charAt(start + 3)));
  }

  private void separator(int number, int start, int end) {
    int at = start + 3;
    while (at < end && isBlank(text.charAt(at))) {
      at++;
    }
    boolean comment = at > start + 3 && at < end && text.charAt(at) == '#';
    if (at == end || comment) {
      separators++;
      return;
    }
    report(
        Code.YAML_SYNTAX,
        span(number, start, end),
        new Text(
            "line starts with `---` and is no bare document separator",
            "Kubernetes cuts the file here or refuses it, other readers go on with the document",
            "put `---` on a line of its own, or quote the text"));
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
  }

  private Span span(int number, int start, int end) {
    int visible = end > start && text.charAt(end - 1) == '\r' ? end - 1 : end;
    return new Span(file, number, 1, number, text.codePointCount(start, visible) + 1);
  }

  private void report(Code code, Span span, Text words) {
    findings++;
    diagnostics.report(code, span, null, words);
  }
}
