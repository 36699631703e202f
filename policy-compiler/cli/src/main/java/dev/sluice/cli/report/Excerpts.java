package dev.sluice.cli.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.cli.terminal.Escapes;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.Span;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Shows the places of findings in the files they were found in. Confined to one thread.
final class Excerpts {
  private static final int WINDOW = 110;
  private static final int LEAD = 40;
  private static final String TAB = "    ";

  private final Map<String, SourceFile> files = new HashMap<>();
  private final Map<String, List<String>> lines = new HashMap<>();

  Excerpts(List<SourceFile> files) {
    files.forEach(file -> this.files.put(file.path(), file));
  }

  /// The part of the span's first line that the span covers; empty when there is no such line.
  String textAt(Span span) {
    return line(span)
        .map(line -> {
          Range range = Range.of(span, line);
          return new String(line, range.from(), range.to() - range.from()).strip();
        })
        .orElse("");
  }

  /// Adds the line with the span underlined; nothing when the file has no such line.
  void write(Page page, Span span, Ink ink) {
    Optional<int[]> found = line(span);
    if (found.isEmpty()) {
      return;
    }
    int[] line = found.get();
    Range range = Range.of(span, line);
    int from = range.from() > WINDOW - LEAD ? range.from() - LEAD : 0;
    int to = Math.min(line.length, from + WINDOW);
    int markTo = Math.min(range.to(), Math.max(to, range.from()));
    String before = (from > 0 ? "…" : "") + shown(line, from, range.from());
    String inside = shown(line, range.from(), markTo);
    String after = shown(line, markTo, to) + (to < line.length ? "…" : "");
    String number = Integer.toString(span.line());
    String gutter = " ".repeat(number.length());
    page.add(Ink.FRAME, gutter + " |").line();
    page.add(Ink.FRAME, number + " |").line(" " + before + inside + after);
    page.add(Ink.FRAME, gutter + " |")
        .add(" " + " ".repeat(length(before)))
        .add(ink, "^".repeat(Math.max(1, length(inside))))
        .line();
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /// Escaped here already, because the caret line must be as long as what is shown.
  private static String shown(int[] line, int from, int to) {
    return from >= to ? "" : Escapes.visible(new String(line, from, to - from).replace("\t", TAB));
  }

  private Optional<int[]> line(Span span) {
    List<String> all =
        lines.computeIfAbsent(
            span.file(),
            path ->
                Optional.ofNullable(files.get(path))
                    .map(file -> new String(file.bytes(), UTF_8).lines().toList())
                    .orElse(List.of()));
    return span.line() >= 1 && span.line() <= all.size()
        ? Optional.of(all.get(span.line() - 1).codePoints().toArray())
        : Optional.empty();
  }

  /// Zero-based code points of a line, the end exclusive.
  private record Range(int from, int to) {
    static Range of(Span span, int[] line) {
      int from = Math.clamp(span.column() - 1, 0, line.length);
      int to = span.endLine() > span.line() ? line.length : span.endColumn() - 1;
      return new Range(from, Math.clamp(to, from, line.length));
    }
  }
}
