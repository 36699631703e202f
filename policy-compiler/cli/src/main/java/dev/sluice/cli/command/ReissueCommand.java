package dev.sluice.cli.command;

import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.bundle.BundleWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Period;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Issues the contents of an older bundle again.
@Command(
    name = "reissue",
    header = "Issue the contents of an older bundle again, under a new sequence number.",
    description = {
      "The older bundle must be signed by keys that the trust root, or one it followed, trusts; it"
          + " may have expired. Its contents are not compiled again, so the policies in git are not"
          + " consulted: revert them too, or the next build brings the newer ones back.",
      "",
      "The new manifest names the digest of the older one."
    },
    footer = {
      "  sluice bundle reissue yesterday/bundle --keys keys --out build/bundle",
      "  sluice bundle reissue yesterday/bundle --keys keys --sign-with env:BREAK_GLASS_KEY --out b"
    })
public final class ReissueCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private Resigning resigning;

  @Option(
      names = "--out",
      paramLabel = "BUNDLE_DIR",
      required = true,
      description = "Where to write: a new or empty directory, or a bundle to replace.")
  private Path out;

  @Option(
      names = "--valid",
      paramLabel = "PERIOD",
      defaultValue = "P90D",
      description = "How long proxies accept it as new (default: P90D).")
  private Period validity;

  public ReissueCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    return resigning.run(
        terminal,
        (bundle, keys) ->
            BundleWriter.reissue(bundle, terminal.clock().instant(), validity, keys, out));
  }
}
