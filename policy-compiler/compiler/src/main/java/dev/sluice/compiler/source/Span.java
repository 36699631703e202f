package dev.sluice.compiler.source;

/// A range in a file: one-based lines and columns (in code points), the end exclusive in its
/// column.
public record Span(String file, int line, int column, int endLine, int endColumn)
    implements Comparable<Span> {

  /// A span that covers the start of a file only.
  public static Span startOf(String file) {
    return new Span(file, 1, 1, 1, 1);
  }

  @Override
  public int compareTo(Span other) {
    int byFile = file.compareTo(other.file);
    int byLine = byFile != 0 ? byFile : Integer.compare(line, other.line);
    return byLine != 0 ? byLine : Integer.compare(column, other.column);
  }

  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
