package dev.sluice.cli.lsp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.Span;
import java.util.List;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;

/// The lines of a file, for converting between our places (one-based, code points) and the editor's
/// (zero-based, UTF-16 units).
record Lines(List<String> lines) {

  static Lines of(SourceFile file) {
    return new Lines(new String(file.bytes(), UTF_8).lines().toList());
  }

  Range range(Span span) {
    return new Range(
        position(span.line(), span.column()), position(span.endLine(), span.endColumn()));
  }

  private Position position(int line, int column) {
    String text = line >= 1 && line <= lines.size() ? lines.get(line - 1) : "";
    int points = Math.clamp(column - 1, 0, text.codePointCount(0, text.length()));
    return new Position(Math.max(0, line - 1), text.offsetByCodePoints(0, points));
  }

  /// What a span of one line covers; empty for longer ones.
  String text(Span span) {
    if (span.line() != span.endLine() || span.line() < 1 || span.line() > lines.size()) {
      return "";
    }
    Range range = range(span);
    return lines
        .get(span.line() - 1)
        .substring(
            range.getStart().getCharacter(),
            Math.max(range.getStart().getCharacter(), range.getEnd().getCharacter()));
  }
}
