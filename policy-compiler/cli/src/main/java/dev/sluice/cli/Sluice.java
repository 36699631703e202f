package dev.sluice.cli;

import dev.sluice.cli.command.UsageText;
import dev.sluice.cli.terminal.Colour;
import dev.sluice.cli.terminal.Escapes;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.cli.terminal.Terminal.Screen;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// The `sluice` program: what it is made of, and how it starts and ends.
@Command(
    name = "sluice",
    header = "Mesh policy from git: checked, placed, signed, enforced.",
    description =
        "Turns AuthorizationPolicy, PeerAuthentication, RequestAuthentication and HTTPRoute files"
            + " into one signed bundle for the proxies of an ambient mesh, or says why it cannot.",
    footer = {
      "  sluice check policies               is anything wrong?",
      "  sluice plan policies                where is each policy enforced, and why?",
      "  sluice help build                   all about one command"
    })
public final class Sluice implements Runnable {
  private static final int FRAMES_SHOWN = 12;

  @Spec private CommandSpec command;

  private Sluice() {}

  /// Runs the program.
  public static void main(String[] arguments) {
    System.exit(run(Terminal.system(), arguments));
  }

  /// Runs one command to its end; the result is an {@link ExitCode} as a number.
  ///
  /// A report that did not reach standard output is a failure, whatever it said.
  public static int run(Terminal terminal, String... arguments) {
    int code = execute(terminal, arguments);
    if (terminal.out().checkError()) {
      terminal.complain("cannot write to standard output", "the report is not complete");
      code = ExitCode.INTERNAL.code();
    }
    terminal.err().flush();
    return code;
  }

  private static int execute(Terminal terminal, String... arguments) {
    try {
      return commandLine(terminal, arguments).execute(arguments);
    } catch (StackOverflowError | OutOfMemoryError exhausted) {
      // uncaught, it would end the process with 1, which means findings
      return failed(terminal, exhausted);
    }
  }

  /// The command line, ready to parse `arguments`: with all commands, or the one that is meant.
  static CommandLine commandLine(Terminal terminal, String... arguments) {
    String version = Version.current();
    var sluice = new CommandLine(new Sluice());
    new Commands(terminal, version).addTo(sluice, arguments);
    UsageText.arrange(sluice);
    sluice
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Show the version.")
                .build())
        .version("sluice " + version + " on Java " + Runtime.version());
    boolean isColoured = terminal.colour(Colour.Choice.AUTO, Screen.OUT) == Colour.ON;
    return sluice
        .setOut(terminal.out())
        .setErr(terminal.err())
        .setColorScheme(CommandLine.Help.defaultColorScheme(isColoured ? Ansi.ON : Ansi.OFF))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((wrong, _) -> misused(terminal, wrong))
        .setExecutionExceptionHandler((failure, _, _) -> failed(terminal, failure));
  }

  @Override
  public void run() {
    throw new ParameterException(command.commandLine(), "missing command");
  }

  private static int misused(Terminal terminal, ParameterException wrong) {
    String message = String.valueOf(wrong.getMessage());
    List<String> near =
        wrong instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
    terminal.complain(
        message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1),
        near.isEmpty()
            ? "`" + command + " --help` shows what there is"
            : "did you mean `" + String.join("` or `", near) + "`?");
    return ExitCode.USAGE.code();
  }

  private static int failed(Terminal terminal, Throwable failure) {
    if (failure instanceof ParameterException wrong) {
      return misused(terminal, wrong);
    }
    terminal.complain("internal error: " + failure, "this is a defect of sluice or a failing disk");
    StackTraceElement[] frames = failure.getStackTrace();
    for (int i = 0; i < Math.min(FRAMES_SHOWN, frames.length); i++) {
      terminal.err().println("  at " + Escapes.visible(frames[i].toString()));
    }
    return ExitCode.INTERNAL.code();
  }
}
