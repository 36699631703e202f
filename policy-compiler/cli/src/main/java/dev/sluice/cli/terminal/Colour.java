package dev.sluice.cli.terminal;

/// Whether text is coloured.
public enum Colour {
  ON,
  OFF;

  private static final String ESCAPE = "\u001b[";

  /// The text in that ink, or as it is.
  public String paint(Ink ink, String text) {
    return this == ON && !text.isEmpty() ? ESCAPE + ink.code + "m" + text + ESCAPE + "0m" : text;
  }

  /// What a piece of text is, as far as colour can say it.
  public enum Ink {
    BAD("1;31"),
    CAREFUL("1;33"),
    GOOD("32"),
    HEADING("1"),
    FRAME("1;34");

    private final String code;

    Ink(String code) {
      this.code = code;
    }
  }

  /// When the user wants colour; reads as its lower-case name.
  public enum Choice {
    AUTO,
    ALWAYS,
    NEVER;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
