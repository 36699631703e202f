package dev.sluice.cli.command;

import dev.sluice.cli.input.Evaluation;
import dev.sluice.cli.input.FailOn;
import dev.sluice.cli.input.InputOptions;
import dev.sluice.cli.report.AccessReport;
import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.compare.Access;
import dev.sluice.compiler.compare.MeshRevision;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Shows who can call what.
@Command(
    name = "access",
    header = "Show who can call what.",
    description = {
      "For every caller and every way to a workload: everything, nothing, or which requests."
          + " Callers are the identities of the workloads, those that policies name, one for each"
          + " pattern in a policy (`others in namespace shop`), `any other mesh identity` and"
          + " `plaintext`. Ways are the pod itself, at any port, and each Service that leads to it."
          + " What is said holds for all requests; nothing is sampled.",
      "",
      "As text it is a matrix with the conditions below it; as csv a row for each cell; as dot a"
          + " graph for Graphviz."
    },
    footer = {
      "  sluice access examples/shop",
      "  sluice access --from shop/sa/web --to ledger",
      "  sluice access --from plaintext policies      what is exposed without mTLS",
      "  sluice access --output dot | dot -Tsvg > access.svg"
    })
public final class AccessCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private InputOptions inputs;

  @Option(
      names = "--from",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Only callers whose name contains this.")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Only ways whose name contains this: a workload or a Service.")
  private String to;

  @Mixin private ReportOptions reports;

  public AccessCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    reports.check(AccessReport.class);
    Evaluation evaluation = inputs.evaluate(reports.heeded(terminal));
    Compilation compilation = evaluation.compilation();
    ExitCode compiled = evaluation.exitCode(FailOn.ERROR);
    if (compiled != ExitCode.CLEAN) {
      Complaints.about(evaluation, inputs, terminal);
      if (compiled == ExitCode.FINDINGS) {
        terminal.complain(
            "what the policies decide is not known, because they have errors",
            "`sluice check` shows each with its place and the way out");
      }
      return compiled.code();
    }
    var revision = new MeshRevision(compilation.mesh(), compilation.shards());
    Access access =
        Access.of(
            revision, new Access.Filter(name -> name.contains(from), name -> name.contains(to)));
    reports.write(new AccessReport(access), terminal);
    return exitCode(access).code();
  }

  private ExitCode exitCode(Access access) {
    if (!access.undecided().isEmpty()) {
      terminal.complain(
          access.undecided().size() + " ways have no answer", "they are listed as undecided");
      return ExitCode.INTERNAL;
    }
    if (access.cells().isEmpty()) {
      terminal.complain(
          "there is nobody or nothing to ask about",
          "name topology as well, or loosen `--from` and `--to`");
      return ExitCode.NOTHING_EVALUATED;
    }
    return ExitCode.CLEAN;
  }
}
