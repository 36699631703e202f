package dev.sluice.cli.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/// A table of text that fits a width: columns are as wide as their content, and the widest give way
/// when the line would be too long.
final class TextTable {

  /// Columns a line may have.
  static final int WIDTH = 100;

  private static final String GAP = "  ";
  private static final int NARROWEST = 8;

  /// One cell.
  record Cell(String text, Tone tone) {
    static Cell of(String text) {
      return new Cell(text, Tone.PLAIN);
    }
  }

  private final List<List<Cell>> rows = new ArrayList<>();

  TextTable(String... headers) {
    rows.add(Arrays.stream(headers).map(header -> new Cell(header, Tone.FRAME)).toList());
  }

  /// Adds a row with as many cells as there are headers.
  TextTable row(Cell... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException("a row has " + cells.length + " cells");
    }
    rows.add(List.of(cells));
    return this;
  }

  /// The lines, padded text run through `style`.
  List<String> lines(BiFunction<Tone, String, String> style) {
    int[] widths = widths();
    return rows.stream().map(row -> line(row, widths, style)).toList();
  }

  private static String line(List<Cell> row, int[] widths, BiFunction<Tone, String, String> style) {
    var line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      Cell cell = row.get(i);
      String text = cut(cell.text(), widths[i]);
      line.append(i == 0 ? "" : GAP).append(style.apply(cell.tone(), text));
      if (i < widths.length - 1) {
        line.append(" ".repeat(widths[i] - text.length()));
      }
    }
    return line.toString().stripTrailing();
  }

  private int[] widths() {
    int columns = rows.getFirst().size();
    int[] widths =
        IntStream.range(0, columns)
            .map(column ->
                rows.stream().mapToInt(row -> row.get(column).text().length()).max().orElse(0))
            .toArray();
    int room = WIDTH - GAP.length() * (columns - 1);
    while (Arrays.stream(widths).sum() > room) {
      int widest = widest(widths);
      if (widths[widest] <= NARROWEST) {
        break;
      }
      widths[widest]--;
    }
    return widths;
  }

  private static int widest(int[] widths) {
    return IntStream.range(0, widths.length)
        .reduce(0, (best, i) -> widths[i] > widths[best] ? i : best);
  }

  /// The text, or its beginning and `…` when it is longer than `width`.
  static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, Math.max(0, width - 1)) + "…";
  }
}
