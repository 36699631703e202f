package dev.sluice.cli;

import dev.sluice.cli.command.AccessCommand;
import dev.sluice.cli.command.BuildCommand;
import dev.sluice.cli.command.BundleCommand;
import dev.sluice.cli.command.CheckCommand;
import dev.sluice.cli.command.CompletionCommand;
import dev.sluice.cli.command.DiffCommand;
import dev.sluice.cli.command.ExplainCommand;
import dev.sluice.cli.command.InspectCommand;
import dev.sluice.cli.command.KeysAddCommand;
import dev.sluice.cli.command.KeysCommand;
import dev.sluice.cli.command.KeysInitCommand;
import dev.sluice.cli.command.KeysRenewCommand;
import dev.sluice.cli.command.KeysRevokeCommand;
import dev.sluice.cli.command.KeysRotateCommand;
import dev.sluice.cli.command.KeysShowCommand;
import dev.sluice.cli.command.KeysSignCommand;
import dev.sluice.cli.command.PlanCommand;
import dev.sluice.cli.command.RefreshCommand;
import dev.sluice.cli.command.ReissueCommand;
import dev.sluice.cli.command.ReplayCommand;
import dev.sluice.cli.command.SnapshotCommand;
import dev.sluice.cli.command.SuggestCommand;
import dev.sluice.cli.command.TestCommand;
import dev.sluice.cli.command.VerifyCommand;
import dev.sluice.cli.command.WhyCommand;
import dev.sluice.cli.demo.DemoCommand;
import dev.sluice.cli.lsp.LspCommand;
import dev.sluice.cli.terminal.Terminal;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;

/// All commands there are, by name.
///
/// To describe them all to the parser takes as long as to start the JVM, so a run that names one
/// makes that one. The commands are made by a switch and not by lambdas: a start-up cache cannot be
/// written where a lambda's type names a class of the parser, which is compiled for old JVMs.
final class Commands {

  private static final List<String> NAMES =
      List.of(
          "check",
          "plan",
          "test",
          "explain",
          "diff",
          "access",
          "replay",
          "suggest",
          "snapshot",
          "build",
          "verify",
          "inspect",
          "keys",
          "bundle",
          "demo",
          "why",
          "lsp",
          "completion",
          "help");

  /// Commands that say something about the others.
  private static final Set<String> ABOUT_OTHERS = Set.of("completion", "help");

  private final Terminal terminal;
  private final String version;

  Commands(Terminal terminal, String version) {
    this.terminal = terminal;
    this.version = version;
  }

  private Object make(String name) {
    return switch (name) {
      case "check" -> new CheckCommand(terminal, version);
      case "plan" -> new PlanCommand(terminal);
      case "test" -> new TestCommand(terminal);
      case "explain" -> new ExplainCommand(terminal, version);
      case "diff" -> new DiffCommand(terminal);
      case "access" -> new AccessCommand(terminal);
      case "replay" -> new ReplayCommand(terminal, version);
      case "suggest" -> new SuggestCommand(terminal);
      case "snapshot" -> new SnapshotCommand(terminal);
      case "build" -> new BuildCommand(terminal, version);
      case "verify" -> new VerifyCommand(terminal);
      case "inspect" -> new InspectCommand(terminal);
      case "keys" ->
          new CommandLine(new KeysCommand())
              .addSubcommand(new KeysInitCommand(terminal))
              .addSubcommand(new KeysAddCommand(terminal))
              .addSubcommand(new KeysRotateCommand(terminal))
              .addSubcommand(new KeysRevokeCommand(terminal))
              .addSubcommand(new KeysRenewCommand(terminal))
              .addSubcommand(new KeysSignCommand(terminal))
              .addSubcommand(new KeysShowCommand(terminal));
      case "bundle" ->
          new CommandLine(new BundleCommand())
              .addSubcommand(new ReissueCommand(terminal))
              .addSubcommand(new RefreshCommand(terminal));
      case "demo" -> new DemoCommand(terminal, version);
      case "why" -> new WhyCommand(terminal);
      case "lsp" -> new LspCommand(terminal, System.out);
      case "completion" -> new CompletionCommand(terminal);
      case "help" -> new HelpCommand();
      default -> throw new IllegalArgumentException("no command `" + name + "`");
    };
  }

  /// Gives the program all its commands, or the one alone that `arguments` start with.
  void addTo(CommandLine program, String... arguments) {
    String first = arguments.length == 0 ? "" : arguments[0];
    boolean alone = NAMES.contains(first) && !ABOUT_OTHERS.contains(first);
    for (String name : alone ? List.of(first) : NAMES) {
      program.addSubcommand(make(name));
    }
  }
}
