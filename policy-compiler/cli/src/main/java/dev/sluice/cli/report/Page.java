package dev.sluice.cli.report;

import dev.sluice.cli.terminal.Colour;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.cli.terminal.Escapes;
import java.util.List;

/// A text report in the making.
///
/// Whatever is added is escaped, so only {@link #line} ends a line and only inks carry codes.
public final class Page {
  /// How many entries of a long list a person gets to see.
  private static final int SHOWN = 5;

  private final StringBuilder text = new StringBuilder();
  private final Colour colour;

  public Page(Colour colour) {
    this.colour = colour;
  }

  /// Adds text.
  public Page add(String words) {
    text.append(Escapes.visible(words));
    return this;
  }

  /// Adds coloured text.
  public Page add(Ink ink, String words) {
    text.append(colour.paint(ink, Escapes.visible(words)));
    return this;
  }

  /// Ends the line.
  public Page line() {
    while (!text.isEmpty() && text.charAt(text.length() - 1) == ' ') {
      text.setLength(text.length() - 1);
    }
    text.append('\n');
    return this;
  }

  /// Adds a whole line.
  public Page line(String words) {
    return add(words).line();
  }

  /// Adds a line with a name in a column of its own.
  public Page field(String name, String value) {
    return add("  ").add(Ink.HEADING, pad(name, 10)).line(value);
  }

  @Override
  public String toString() {
    return text.toString();
  }

  /// The text followed by as many blanks as it takes to be `width` long.
  static String pad(String words, int width) {
    return words + " ".repeat(Math.max(0, width - words.length()));
  }

  /// The first five and how many more there are.
  static String abbreviated(List<String> entries) {
    String shown = String.join(", ", entries.subList(0, Math.min(SHOWN, entries.size())));
    int more = entries.size() - SHOWN;
    return more > 0 ? shown + " and " + more + " more" : shown;
  }

  /// A number with its noun, which takes an `s` unless it is one.
  static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
