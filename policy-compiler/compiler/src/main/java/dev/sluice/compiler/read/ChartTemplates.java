package dev.sluice.compiler.read;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.source.Span;
import java.util.HashSet;
import java.util.Set;

/// The files that Helm renders: those under `templates/` beside a `Chart.yaml` of the same tree.
///
/// There every `{{` counts, even in a comment or in a place where it happens to be valid YAML: Helm
/// looks for it before anything reads YAML.
final class ChartTemplates {

  private final Set<String> folders = new HashSet<>();

  private ChartTemplates() {}

  static ChartTemplates of(SourceTree tree) {
    var templates = new ChartTemplates();
    for (SourceFile file : tree.files()) {
      String path = file.path();
      if (path.equals("Chart.yaml") || path.endsWith("/Chart.yaml")) {
        templates.folders.add(path.substring(0, path.length() - "Chart.yaml".length()));
      }
    }
    return templates;
  }

  /// Whether a chart could make this file one of its templates.
  boolean mayContain(String path) {
    return path.contains("templates/");
  }

  private boolean contains(String path) {
    int at = path.indexOf("templates/");
    while (at >= 0) {
      if (folders.contains(path.substring(0, at))) {
        return true;
      }
      at = path.indexOf("templates/", at + 1);
    }
    return false;
  }

  /// Reports the first expression of a file that Helm renders; false when there is nothing to
  /// render.
  boolean isReported(String path, String text, Diagnostics diagnostics) {
    int at = folders.isEmpty() ? -1 : text.indexOf("{{");
    if (at < 0 || !contains(path)) {
      return false;
    }
    int lineStart = text.lastIndexOf('\n', at) + 1;
    int line = 1 + (int) text.substring(0, lineStart).chars().filter(c -> c == '\n').count();
    int column = text.codePointCount(lineStart, at) + 1;
    diagnostics.report(
        Code.TEMPLATE, new Span(path, line, column, line, column + 2), null, ScalarCheck.TEMPLATE);
    return true;
  }
}
