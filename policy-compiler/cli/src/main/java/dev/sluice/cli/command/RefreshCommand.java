package dev.sluice.cli.command;

import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.bundle.BundleWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Says that a bundle is still the newest.
@Command(
    name = "refresh",
    header = "Say that a bundle is still the newest.",
    description =
        "Adds a statement, signed by the freshness role, that the bundle is the newest from now for"
            + " a short time; one that is there is replaced. The statement authorises nothing.",
    footer = {
      "  sluice bundle refresh build/bundle --keys keys",
      "  sluice bundle refresh build/bundle --keys keys --valid PT30M --out published/bundle"
    })
public final class RefreshCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private Resigning resigning;

  @Option(
      names = "--out",
      paramLabel = "BUNDLE_DIR",
      description = "Where to write (default: in place of the bundle).")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--valid",
      paramLabel = "DURATION",
      defaultValue = "PT1H",
      description = "For how long the statement holds (default: PT1H).")
  private Duration validity;

  public RefreshCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    var now = terminal.clock().instant().truncatedTo(ChronoUnit.SECONDS);
    return resigning.run(
        terminal,
        (bundle, keys) ->
            BundleWriter.refresh(
                bundle, now, now.plus(validity), keys, out.orElse(resigning.bundle())));
  }
}
