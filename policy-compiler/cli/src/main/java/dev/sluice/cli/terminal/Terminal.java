package dev.sluice.cli.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The surroundings of a command: its streams, which of them a person looks at, the environment and
/// the clock.
///
/// `out` is for the report alone, `err` for progress and for what went wrong.
public record Terminal(
    InputStream in,
    PrintWriter out,
    PrintWriter err,
    Set<Screen> screens,
    Map<String, String> variables,
    InstantSource clock) {

  public Terminal {
    screens = Set.copyOf(screens);
    variables = Map.copyOf(variables);
  }

  /// A stream that may be shown on a screen.
  public enum Screen {
    OUT(1),
    ERR(2);

    private final int descriptor;

    Screen(int descriptor) {
      this.descriptor = descriptor;
    }

    /// Java knows only whether all standard streams together are a terminal; Linux knows each.
    private boolean isAttached() {
      Path link = Path.of("/proc/self/fd/" + descriptor);
      if (!Files.isSymbolicLink(link)) {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
      }
      try {
        String target = Files.readSymbolicLink(link).toString();
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
      } catch (IOException unknown) {
        // colour and progress are only for a terminal that is known to be one
        return false;
      }
    }
  }

  /// The process's own.
  public static Terminal system() {
    var screens = EnumSet.allOf(Screen.class);
    screens.removeIf(screen -> !screen.isAttached());
    return new Terminal(
        System.in,
        new PrintWriter(System.out, false, UTF_8),
        new PrintWriter(System.err, true, UTF_8),
        screens,
        System.getenv(),
        InstantSource.system());
  }

  /// Whether to colour what goes to `screen`. Source: no-color.org, for `NO_COLOR`.
  public Colour colour(Colour.Choice choice, Screen screen) {
    return switch (choice) {
      case ALWAYS -> Colour.ON;
      case NEVER -> Colour.OFF;
      case AUTO ->
          screens.contains(screen)
                  && variables.getOrDefault("NO_COLOR", "").isEmpty()
                  && !variables.getOrDefault("TERM", "").equals("dumb")
              ? Colour.ON
              : Colour.OFF;
    };
  }

  /// Says on `err` what went wrong and what to do about it (`help` may be empty).
  public void complain(String message, String help) {
    Colour colour = colour(Colour.Choice.AUTO, Screen.ERR);
    err.println(colour.paint(Colour.Ink.BAD, "error") + ": " + Escapes.visible(message));
    if (!help.isEmpty()) {
      err.println(colour.paint(Colour.Ink.HEADING, "help") + ": " + Escapes.visible(help));
    }
    err.flush();
  }
}
