package dev.sluice.cli.command;

import dev.sluice.cli.baseline.BaselineOptions;
import dev.sluice.cli.input.Evaluation;
import dev.sluice.cli.input.FailOn;
import dev.sluice.cli.input.FileWatcher;
import dev.sluice.cli.input.InputOptions;
import dev.sluice.cli.report.CheckReport;
import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.terminal.Terminal;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Finds what is wrong with policies.
@Command(
    name = "check",
    header = "Find what is wrong with policies.",
    description = {
      "Reads all policies and the topology they refer to, as Kubernetes would, and reports every"
          + " problem with its place, the reason and the way out: YAML that two readers would read"
          + " differently, unknown fields, names that do not exist, rules that no proxy could"
          + " enforce.",
      "",
      "Documents of kinds that Sluice does not read are counted and named. When nothing at all was"
          + " evaluated the command fails."
    },
    footer = {
      "  sluice check                         the working directory",
      "  helm template . | sluice check -     rendered templates",
      "  sluice check policies --watch        again after every change",
      "  sluice check policies --mesh mesh.yaml --fail-on warning",
      "  sluice check --output text --output json=findings.json",
      "  sluice check --baseline sluice-baseline.json --update-baseline",
      "  sluice check --output github --output sarif=sluice.sarif --output junit=sluice.xml"
    })
public final class CheckCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final String version;

  @Mixin private InputOptions inputs;

  @Option(
      names = "--fail-on",
      paramLabel = "SEVERITY",
      defaultValue = "error",
      description = "From which findings on to exit with 1: error (default), warning, never.")
  private FailOn failOn;

  @Option(
      names = "--watch",
      description =
          "Check again whenever an input changes, reading only what changed, until interrupted.")
  private boolean watch;

  @Mixin private BaselineOptions baseline;

  @Mixin private ReportOptions reports;

  public CheckCommand(Terminal terminal, String version) {
    this.terminal = terminal;
    this.version = version;
  }

  @Override
  public Integer call() throws IOException {
    reports.check(CheckReport.class);
    baseline.check();
    return watch ? watch() : checkOnce();
  }

  private int checkOnce() {
    Evaluation evaluation = baseline.apply(inputs.evaluate(reports.heeded(terminal)));
    reports.write(CheckReport.of(evaluation, failOn, version), terminal);
    Complaints.about(evaluation, inputs, terminal);
    return evaluation.exitCode(failOn).code();
  }

  /// The result is that of the last check.
  private int watch() throws IOException {
    try (var watcher = FileWatcher.of(inputs.watched())) {
      while (true) {
        int code = checkOnce();
        if (!watcher.awaitChange()) {
          return code;
        }
        terminal.out().println();
      }
    }
  }
}
