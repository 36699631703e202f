package dev.sluice.cli.command;

import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Prints a script that completes commands and options.
@Command(
    name = "completion",
    header = "Print a script that completes commands and options in bash and zsh.",
    description =
        "The script works in both shells; load it from the start-up file of yours. It completes"
            + " commands, options, their values and the codes of findings.",
    footer = {
      "  source <(sluice completion)                  in this shell",
      "  sluice completion > /etc/bash_completion.d/sluice"
    })
public final class CompletionCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec command;

  public CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    CommandSpec root = command.root();
    terminal.out().print(AutoComplete.bash(root.name(), root.commandLine()));
    return ExitCode.CLEAN.code();
  }
}
