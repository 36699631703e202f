package dev.sluice.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Groups the commands that make a bundle of a bundle.
@Command(
    name = "bundle",
    header = "Issue an older bundle again, or say that one is still the newest.",
    description = {
      "`reissue` brings the contents of an older bundle back under a new sequence number, which is"
          + " how to go back in an emergency: proxies refuse the older bundle itself as a replay.",
      "",
      "`refresh` adds a short-lived statement, signed by the online freshness key, that a bundle is"
          + " the newest; without one a proxy cannot tell that newer bundles are withheld from it."
    },
    footer = {
      "  sluice bundle reissue yesterday/bundle --keys keys --out build/bundle",
      "  sluice bundle refresh build/bundle --keys keys --valid PT30M"
    })
public final class BundleCommand implements Runnable {
  @Spec private CommandSpec command;

  @Override
  public void run() {
    throw new ParameterException(command.commandLine(), "missing command: `reissue` or `refresh`");
  }
}
