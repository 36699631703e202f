package dev.sluice.cli.format;

import dev.sluice.cli.terminal.Escapes;
import java.util.List;
import java.util.stream.Collectors;

/// Writes rows as comma-separated values. Source: RFC 4180.
///
/// A cell that a spreadsheet would take for a formula starts with an apostrophe instead.
public final class Csv {
  private static final String FORMULA = "=+-@";

  private Csv() {}

  /// The rows, each ended by a line feed; every cell in quotes.
  public static String of(List<List<String>> rows) {
    return rows.stream()
        .map(row -> row.stream().map(Csv::cell).collect(Collectors.joining(",", "", "\n")))
        .collect(Collectors.joining());
  }

  private static String cell(String text) {
    String visible = Escapes.visible(text);
    boolean isFormula = !visible.isEmpty() && FORMULA.indexOf(visible.charAt(0)) >= 0;
    return "\"" + (isFormula ? "'" : "") + visible.replace("\"", "\"\"") + "\"";
  }
}
