package dev.sluice.cli.command;

import dev.sluice.cli.report.KeysReport;
import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.bundle.KeySettings;
import dev.sluice.compiler.bundle.SigningKeys;
import dev.sluice.engine.bundle.KeyAlgorithm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Makes keys for development.
@Command(
    name = "init",
    header = "Make keys for development.",
    description = {
      "Makes one key for each role and a trust root that is valid for a year, in a directory that"
          + " only its owner can read.",
      "",
      "Whoever has the directory is trusted in every role. In production the root key is made and"
          + " kept apart, and the machine that builds has root.json, the bundle keys and the"
          + " counter."
    },
    footer = {"  sluice keys init keys", "  sluice keys init keys --algorithm ecdsa-p256"})
public final class KeysInitCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      paramLabel = "KEYS_DIR",
      description = "Where to put the keys: a new or empty directory.")
  private Path directory;

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      defaultValue = "ed25519",
      description = "Algorithm of all keys: ed25519 (default) or ecdsa-p256.")
  private Algorithm algorithm;

  @Mixin private ReportOptions reports;

  public KeysInitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /// The algorithms as users name them.
  enum Algorithm {
    ED25519("ed25519", KeyAlgorithm.ED25519),
    ECDSA_P256("ecdsa-p256", KeyAlgorithm.ECDSA_P256);

    private final String word;
    private final KeyAlgorithm algorithm;

    Algorithm(String word, KeyAlgorithm algorithm) {
      this.word = word;
      this.algorithm = algorithm;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  @Override
  public Integer call() throws IOException {
    reports.check();
    var settings = KeySettings.development(algorithm.algorithm, terminal.clock().instant());
    return switch (SigningKeys.init(directory, settings)) {
      case SigningKeys.Outcome.Ready(var keys) -> {
        reports.write(new KeysReport(directory, keys.root(), List.of()), terminal);
        yield ExitCode.CLEAN.code();
      }
      case SigningKeys.Outcome.Unusable(var problems) -> {
        problems.forEach(problem -> terminal.complain(problem.toString(), problem.help()));
        yield ExitCode.USAGE.code();
      }
    };
  }
}
