package dev.sluice.cli.command;

import dev.sluice.cli.input.TrustRootFile;
import dev.sluice.cli.report.KeysReport;
import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.trust.Problem;
import dev.sluice.compiler.trust.SigningKeys;
import dev.sluice.engine.bundle.TrustRoot;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Shows a trust root and whether bundles can be signed for it.
@Command(
    name = "show",
    header = "Show a trust root, and whether bundles can be signed for it.",
    description =
        "Prints the public keys of each role with their thresholds, how long the trust root is"
            + " valid, and what keeps bundles from being signed. Private keys are never shown.",
    footer = {"  sluice keys show keys", "  sluice keys show keys --output json"})
public final class KeysShowCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "KEYS_DIR", description = "The directory of the keys.")
  private Path directory;

  @Mixin private ReportOptions reports;

  public KeysShowCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    reports.check();
    return switch (TrustRootFile.openIgnoringTime(directory.resolve("root.json"))) {
      case TrustRoot.Opened.Refused(var rejection) -> {
        terminal.complain("the trust root is refused: " + rejection, "");
        yield VerifyCommand.code(rejection).code();
      }
      case TrustRoot.Opened.Trusted(var root) -> {
        reports.write(new KeysReport(directory, root, problems()), terminal);
        yield ExitCode.CLEAN.code();
      }
    };
  }

  private List<Problem> problems() {
    return switch (SigningKeys.open(directory, terminal.clock().instant())) {
      case SigningKeys.Outcome.Ready _ -> List.of();
      case SigningKeys.Outcome.Unusable(var problems) -> problems;
    };
  }
}
