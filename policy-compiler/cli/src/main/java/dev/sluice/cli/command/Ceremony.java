package dev.sluice.cli.command;

import dev.sluice.cli.input.KeyOptions;
import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.report.RootReport;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.trust.KeySettings;
import dev.sluice.compiler.trust.Problem;
import dev.sluice.compiler.trust.RootCeremony;
import dev.sluice.compiler.trust.RootChange;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What the commands that change a trust root have in common.
final class Ceremony {
  @Parameters(index = "0", paramLabel = "KEYS_DIR", description = "The directory of the keys.")
  private Path directory;

  @Option(
      names = "--valid",
      paramLabel = "DURATION",
      defaultValue = "P365D",
      description = "How long the new trust root is valid (default: P365D).")
  private Duration validity = KeySettings.YEAR;

  @Mixin private KeyOptions keys;

  @Mixin private ReportOptions reports;

  /// A step that only needs the means.
  interface Step {
    RootCeremony.Outcome take(RootCeremony ceremony) throws IOException;
  }

  /// From when to when a root made now is valid.
  RootChange.Terms terms(Terminal terminal) {
    return new RootChange.Terms(terminal.clock().instant(), validity);
  }

  /// Takes a step and says what came of it: 0 when the root is in force or waits for signatures.
  int take(Terminal terminal, Step step) throws IOException {
    reports.check();
    return switch (keys.elsewhere(terminal)) {
      case KeyOptions.Signatories.Missing(var problems) -> refuse(terminal, problems);
      case KeyOptions.Signatories.Found(var elsewhere) -> {
        var ceremony = new RootCeremony(directory, keys.reader(terminal), elsewhere);
        yield switch (step.take(ceremony)) {
          case RootCeremony.Outcome.Refused(var problems) -> refuse(terminal, problems);
          case RootCeremony.Outcome.InForce(var root, var before) ->
              report(terminal, RootReport.inForce(directory, root, before));
          case RootCeremony.Outcome.Waiting(var file, var draft, var present) ->
              report(terminal, RootReport.waiting(file, draft, present));
        };
      }
    };
  }

  private int report(Terminal terminal, RootReport report) {
    reports.write(report, terminal);
    return ExitCode.CLEAN.code();
  }

  static int refuse(Terminal terminal, List<Problem> problems) {
    problems.forEach(problem -> terminal.complain(problem.toString(), problem.help()));
    return ExitCode.USAGE.code();
  }
}
