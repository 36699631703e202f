package dev.sluice.cli.command;

import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.trust.RootChange;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Extends the validity of the trust root.
@Command(
    name = "renew",
    header = "Extend the validity of the trust root, or start a new epoch.",
    description = {
      "Makes the next trust root with the same keys. New bundles are refused under an expired trust"
          + " root; what a proxy serves already it goes on serving."
    },
    footer = {"  sluice keys renew keys", "  sluice keys renew keys --valid P90D --raise-epoch"})
public final class KeysRenewCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private Ceremony ceremony;

  @Option(
      names = "--raise-epoch",
      description = "Start a new epoch, in which sequence numbers start again at 1.")
  private boolean raiseEpoch;

  public KeysRenewCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    List<RootChange> changes = raiseEpoch ? List.of(new RootChange.RaiseEpoch()) : List.of();
    return ceremony.take(terminal, steps -> steps.change(changes, ceremony.terms(terminal)));
  }
}
