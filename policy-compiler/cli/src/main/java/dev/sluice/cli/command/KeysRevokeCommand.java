package dev.sluice.cli.command;

import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.trust.RootChange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Takes the trust in keys away.
@Command(
    name = "revoke",
    header = "Take the trust in keys away.",
    description = {
      "Makes the next trust root, which no longer names the keys. What they signed before and a"
          + " proxy accepted goes on being served until a bundle replaces it.",
      "",
      "With --compromised it does not: proxies that learn of this trust root drop at once what too"
          + " few other keys vouch for and refuse all traffic until a good bundle arrives. Add"
          + " --raise-epoch when a thief may have signed bundles with high sequence numbers."
    },
    footer = {
      "  sluice keys revoke keys 4be1…c07a",
      "  sluice keys revoke keys 4be1…c07a --compromised --raise-epoch"
    })
public final class KeysRevokeCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private Ceremony ceremony;

  @Parameters(
      index = "1..*",
      paramLabel = "KEY_ID",
      arity = "1..*",
      description = "Key id, as `sluice keys show` prints it.")
  private List<String> ids = new ArrayList<>();

  @Option(names = "--compromised", description = "Somebody else may have the keys.")
  private boolean compromised;

  @Option(
      names = "--raise-epoch",
      description = "Start a new epoch, in which sequence numbers start again at 1.")
  private boolean raiseEpoch;

  public KeysRevokeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    var changes = new ArrayList<RootChange>();
    for (String id : ids) {
      changes.add(compromised ? new RootChange.Condemn(id) : new RootChange.Retire(id));
    }
    if (raiseEpoch) {
      changes.add(new RootChange.RaiseEpoch());
    }
    return ceremony.take(terminal, steps -> steps.change(changes, ceremony.terms(terminal)));
  }
}
