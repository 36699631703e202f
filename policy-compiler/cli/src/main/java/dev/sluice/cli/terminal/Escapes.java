package dev.sluice.cli.terminal;

/// Makes text from untrusted files safe to print.
///
/// A name in a file could otherwise move the cursor, hide what follows, fake a line of the report
/// or give an order to the CI system that collects the output.
public final class Escapes {
  private Escapes() {}

  /// The text on one line with everything invisible written out, for example `<U+001B>`.
  ///
  /// `##[` and `##vso[` start orders to GitHub and Azure runners anywhere in a line, so they are
  /// broken up too.
  public static String visible(String text) {
    var shown = new StringBuilder(text.length());
    text.codePoints().forEach(point -> append(shown, point));
    return shown.toString().replace("##[", "#<U+0023>[").replace("##vso[", "#<U+0023>vso[");
  }

  /// JSON text with the orders to runners broken up; it still means the same.
  public static String json(String json) {
    return json.replace("##[", "#\\u0023[").replace("##vso[", "#\\u0023vso[");
  }

  private static void append(StringBuilder shown, int point) {
    switch (point) {
      case '\n' -> shown.append("\\n");
      case '\r' -> shown.append("\\r");
      case '\t' -> shown.append("\\t");
      default -> {
        if (isInvisible(point)) {
          shown.append("<U+%04X>".formatted(point));
        } else {
          shown.appendCodePoint(point);
        }
      }
    }
  }

  private static boolean isInvisible(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }
}
