package dev.sluice.cli.demo;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;

/// Where the demo talks: the report on standard output, progress on standard error.
final class Console {

  /// What the output goes to.
  enum Screen {
    /// Somebody watches: colour and a progress bar.
    TERMINAL,
    /// Somebody watches and wants no colour.
    COLOURLESS_TERMINAL,
    /// A file or a pipe: plain lines.
    STREAM;

    /// Judges by the environment and by whether this process has a terminal.
    static Screen of(Map<String, String> environment) {
      // Some implementations have no console at all without a terminal.
      boolean isTerminal =
          Optional.ofNullable(System.console()).filter(java.io.Console::isTerminal).isPresent();
      if (!isTerminal || "dumb".equals(environment.get("TERM"))) {
        return STREAM;
      }
      return environment.getOrDefault("NO_COLOR", "").isEmpty() ? TERMINAL : COLOURLESS_TERMINAL;
    }
  }

  /// Who reads standard output.
  enum Reader {
    /// People: the story is told.
    PEOPLE,
    /// A program: only the final document is printed.
    PROGRAM
  }

  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final int BAR = 24;

  private final PrintWriter out;
  private final PrintWriter err;
  private final Screen screen;
  private final Reader reader;

  Console(PrintWriter out, PrintWriter err, Screen screen, Reader reader) {
    this.out = out;
    this.err = err;
    this.screen = screen;
    this.reader = reader;
  }

  /// The text in the colour of its tone, where there is colour.
  String paint(Tone tone, String text) {
    return screen != Screen.TERMINAL || tone.code().isEmpty() || text.isEmpty()
        ? text
        : "\u001b[" + tone.code() + "m" + text + "\u001b[0m";
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
        out.println(text);
        out.flush();
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
    out.println(text);
    out.flush();
  }

  /// Says what is being waited for; `done` of `all` parts are there.
  void progress(String what, int done, int all) {
    switch (screen) {
      case STREAM -> err.println("demo: " + what + " (" + done + "/" + all + ")");
      case TERMINAL, COLOURLESS_TERMINAL -> {
        int filled = all == 0 ? BAR : BAR * done / all;
        String bar = "█".repeat(filled) + "░".repeat(BAR - filled);
        err.print(CLEAR_LINE + (done < all ? bar + " " + what : ""));
      }
    }
    err.flush();
  }

  /// A problem or a remark, on standard error.
  void remark(String text) {
    err.println(text);
    err.flush();
  }
}
