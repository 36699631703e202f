package dev.sluice.cli.command;

import dev.sluice.cli.input.PassphraseOptions;
import dev.sluice.cli.report.KeysReport;
import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.trust.KeySettings;
import dev.sluice.compiler.trust.KeySettings.Share;
import dev.sluice.compiler.trust.Passphrases;
import dev.sluice.compiler.trust.SigningKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Makes keys and the first trust root.
@Command(
    name = "init",
    header = "Make keys and the first trust root.",
    description = {
      "Makes keys for each role and a trust root that is valid for a year, in a directory that only"
          + " its owner can read. With a passphrase the keys are encrypted.",
      "",
      "Whoever has the directory is trusted in every role. In production the root keys are moved to"
          + " where they are kept, and the machine that builds has root.json, roots/, the bundle"
          + " keys and the counter."
    },
    footer = {
      "  sluice keys init keys",
      "  sluice keys init keys --algorithm ecdsa-p256",
      "  sluice keys init keys --root 2/3 --bundle 1/2 --passphrase-file passphrase.txt"
    })
public final class KeysInitCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec command;

  @Parameters(
      paramLabel = "KEYS_DIR",
      description = "Where to put the keys: a new or empty directory.")
  private Path directory;

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      defaultValue = "ed25519",
      description = "Algorithm of all keys: ed25519 (default) or ecdsa-p256.")
  private AlgorithmName algorithm;

  @Option(
      names = "--root",
      paramLabel = "M/N",
      defaultValue = "1/1",
      description = "How many root keys must sign, of how many that are made (default: 1/1).")
  private String root;

  @Option(
      names = "--bundle",
      paramLabel = "M/N",
      defaultValue = "1/1",
      description = "The same for bundle keys (default: 1/1).")
  private String bundle;

  @Mixin private PassphraseOptions passphrases;

  @Mixin private ReportOptions reports;

  public KeysInitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  private Share share(String option, String text) {
    int slash = text.indexOf('/');
    try {
      return new Share(
          Integer.parseInt(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    } catch (IllegalArgumentException | IndexOutOfBoundsException wrong) {
      throw new ParameterException(
          command.commandLine(),
          "%s: `%s` is not M/N with 1 <= M <= N <= %d"
              .formatted(option, text, KeySettings.MOST_KEYS));
    }
  }

  @Override
  public Integer call() throws IOException {
    reports.check();
    var settings =
        new KeySettings(
            algorithm.algorithm(),
            share("--root", root),
            share("--bundle", bundle),
            terminal.clock().instant(),
            KeySettings.YEAR);
    Passphrases known = passphrases.isNamed() ? passphrases.of(terminal) : Passphrases.NONE;
    return switch (SigningKeys.init(directory, settings, known)) {
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
