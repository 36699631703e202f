package dev.sluice.cli.command;

import dev.sluice.cli.input.Evaluation;
import dev.sluice.cli.input.FailOn;
import dev.sluice.cli.input.InputOptions;
import dev.sluice.cli.report.Findings;
import dev.sluice.cli.report.PlanReport;
import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Shows where every policy is enforced, and why there.
@Command(
    name = "plan",
    header = "Show where every policy is enforced, and why there.",
    description = {
      "For each policy in file order: the layer (ztunnel, waypoint, both or none), the proxies that"
          + " evaluate it with the workloads they protect, the guard that closes the paths around"
          + " a waypoint, the reasons with their places in the files, and how Istio would treat"
          + " the same file differently.",
      "",
      "A policy with an error is shown as refused, with its findings."
    },
    footer = {
      "  sluice plan examples/shop",
      "  sluice plan --output text --output markdown=plan.md",
      "  sluice plan --output json | jq '.policies[] | select(.layer == \"both\")'"
    })
public final class PlanCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private InputOptions inputs;

  @Option(
      names = "--fail-on",
      paramLabel = "SEVERITY",
      defaultValue = "error",
      description = "From which findings on to exit with 1: error (default), warning, never.")
  private FailOn failOn;

  @Mixin private ReportOptions reports;

  public PlanCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    reports.check(PlanReport.class);
    Evaluation evaluation = inputs.evaluate(reports.heeded(terminal));
    var findings = Findings.of(evaluation.compilation().findings(), evaluation.tree());
    reports.write(new PlanReport(findings, evaluation.compilation()), terminal);
    Complaints.about(evaluation, inputs, terminal);
    return evaluation.exitCode(failOn).code();
  }
}
