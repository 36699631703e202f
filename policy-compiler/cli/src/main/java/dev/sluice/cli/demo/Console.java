package dev.sluice.cli.demo;

import dev.sluice.cli.terminal.Colour;
import dev.sluice.cli.terminal.Escapes;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.cli.terminal.Terminal.Screen;

/// Where the demo talks: the report on standard output, progress on standard error.
final class Console {

  /// Who reads standard output.
  enum Reader {
    /// People: the story is told.
    PEOPLE,
    /// A program: only the final document is printed.
    PROGRAM
  }

  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final int BAR = 24;

  private final Terminal terminal;
  private final Colour colour;
  private final Reader reader;

  Console(Terminal terminal, Reader reader) {
    this.terminal = terminal;
    this.colour = terminal.colour(Colour.Choice.AUTO, Screen.OUT);
    this.reader = reader;
  }

  /// The text in the colour of its tone, where there is colour.
  String paint(Tone tone, String text) {
    return tone.paint(colour, text);
  }

  /// Starts a part of the story.
  void heading(String text) {
    line("");
    line(paint(Tone.STRONG, text));
  }

  /// One line of the story.
  void line(String text) {
    switch (reader) {
      case PEOPLE -> {
        terminal.out().println(text);
        terminal.out().flush();
      }
      case PROGRAM -> {}
    }
  }

  /// A table of the story.
  void table(TextTable table) {
    table.lines(this::paint).forEach(this::line);
  }

  /// The document that programs read.
  void document(String text) {
    terminal.out().println(text);
    terminal.out().flush();
  }

  /// Says what is being waited for; `done` of `all` parts are there.
  void progress(String what, int done, int all) {
    if (terminal.screens().contains(Screen.ERR)) {
      int filled = all == 0 ? BAR : BAR * done / all;
      String bar = "█".repeat(filled) + "░".repeat(BAR - filled);
      terminal.err().print(CLEAR_LINE + (done < all ? bar + " " + what : ""));
    } else {
      terminal.err().println("demo: " + what + " (" + done + "/" + all + ")");
    }
    terminal.err().flush();
  }

  /// A line for people on standard error.
  void remark(String text) {
    terminal.err().println(text);
    terminal.err().flush();
  }

  /// What stopped the demo, and lines that help to find the cause.
  void complain(DemoFailure failure) {
    if (terminal.screens().contains(Screen.ERR)) {
      terminal.err().print(CLEAR_LINE);
    }
    terminal.complain(String.valueOf(failure.getMessage()), "");
    failure.details().forEach(line -> remark("  " + Escapes.visible(line)));
  }
}
