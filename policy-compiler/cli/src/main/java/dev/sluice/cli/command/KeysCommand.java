package dev.sluice.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Groups the commands about keys.
@Command(
    name = "keys",
    header = "Make, rotate, revoke and show the keys that bundles are signed with.",
    description =
        "The trust root names the keys of three roles: `root` signs the trust root itself, `bundle`"
            + " signs bundles, `freshness` signs short-lived statements about the newest bundle.",
    footer = {
      "  sluice keys init keys",
      "  sluice keys show keys",
      "  sluice keys rotate keys --role bundle"
    })
public final class KeysCommand implements Runnable {
  @Spec private CommandSpec command;

  @Override
  public void run() {
    throw new ParameterException(
        command.commandLine(),
        "missing command: `init`, `show`, `add`, `rotate`, `revoke`, `renew` or `sign`");
  }
}
