package dev.sluice.cli;

import dev.sluice.cli.command.AccessCommand;
import dev.sluice.cli.command.BuildCommand;
import dev.sluice.cli.command.CheckCommand;
import dev.sluice.cli.command.CompletionCommand;
import dev.sluice.cli.command.DiffCommand;
import dev.sluice.cli.command.ExplainCommand;
import dev.sluice.cli.command.InspectCommand;
import dev.sluice.cli.command.KeysCommand;
import dev.sluice.cli.command.KeysInitCommand;
import dev.sluice.cli.command.KeysShowCommand;
import dev.sluice.cli.command.PlanCommand;
import dev.sluice.cli.command.ReplayCommand;
import dev.sluice.cli.command.SnapshotCommand;
import dev.sluice.cli.command.SuggestCommand;
import dev.sluice.cli.command.TestCommand;
import dev.sluice.cli.command.VerifyCommand;
import dev.sluice.cli.command.WhyCommand;
import dev.sluice.cli.demo.DemoCommand;
import dev.sluice.cli.lsp.LspCommand;
import dev.sluice.cli.terminal.Terminal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;

/// All commands there are, by name.
///
/// To describe them all to the parser takes as long as to start the JVM, so a run that names one
/// makes that one.
final class Commands {

  /// Commands that say something about the others.
  private static final Set<String> ABOUT_OTHERS = Set.of("completion", "help");

  private final Map<String, Supplier<CommandLine>> makers = new LinkedHashMap<>();

  Commands(Terminal terminal, String version) {
    add("check", () -> new CheckCommand(terminal, version));
    add("plan", () -> new PlanCommand(terminal));
    add("test", () -> new TestCommand(terminal));
    add("explain", () -> new ExplainCommand(terminal, version));
    add("diff", () -> new DiffCommand(terminal));
    add("access", () -> new AccessCommand(terminal));
    add("replay", () -> new ReplayCommand(terminal, version));
    add("suggest", () -> new SuggestCommand(terminal));
    add("snapshot", () -> new SnapshotCommand(terminal));
    add("build", () -> new BuildCommand(terminal, version));
    add("verify", () -> new VerifyCommand(terminal));
    add("inspect", () -> new InspectCommand(terminal));
    makers.put(
        "keys",
        () ->
            new CommandLine(new KeysCommand())
                .addSubcommand(new KeysInitCommand(terminal))
                .addSubcommand(new KeysShowCommand(terminal)));
    add("demo", () -> new DemoCommand(terminal, version));
    add("why", () -> new WhyCommand(terminal));
    add("lsp", () -> new LspCommand(terminal, System.out));
    add("completion", () -> new CompletionCommand(terminal));
    add("help", HelpCommand::new);
  }

  private void add(String name, Supplier<Object> command) {
    makers.put(name, () -> new CommandLine(command.get()));
  }

  /// Gives the program all its commands, or the one alone that `arguments` start with.
  void addTo(CommandLine program, String... arguments) {
    String first = arguments.length == 0 ? "" : arguments[0];
    Supplier<CommandLine> named = makers.get(first);
    if (named != null && !ABOUT_OTHERS.contains(first)) {
      program.addSubcommand(named.get());
    } else {
      makers.values().forEach(maker -> program.addSubcommand(maker.get()));
    }
  }
}
