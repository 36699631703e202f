package dev.sluice.cli.demo;

import dev.sluice.cli.terminal.Colour;
import dev.sluice.cli.terminal.Colour.Ink;

/// How a piece of text is meant; shown as colour where there is any.
enum Tone {
  PLAIN,
  STRONG,
  FRAME,
  GOOD,
  BAD,
  NOTE;

  /// The text in the ink of its tone.
  String paint(Colour colour, String text) {
    return switch (this) {
      case PLAIN -> text;
      case STRONG -> colour.paint(Ink.HEADING, text);
      case FRAME -> colour.paint(Ink.FRAME, text);
      case GOOD -> colour.paint(Ink.GOOD, text);
      case BAD -> colour.paint(Ink.BAD, text);
      case NOTE -> colour.paint(Ink.CAREFUL, text);
    };
  }
}
