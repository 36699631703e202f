package dev.sluice.cli.command;

import dev.sluice.cli.input.Revisions;
import dev.sluice.cli.report.DiffReport;
import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Progress;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.compare.Comparer;
import dev.sluice.compiler.compare.Comparison;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Shows who gains and who loses access between two revisions.
@Command(
    name = "diff",
    header = "Show who gains and who loses access between two revisions.",
    description = {
      "Compares what ztunnel and waypoints together decide in both revisions, for every workload"
          + " and every way to it: dialled at the pod, and by each Service. The comparison is"
          + " exact: it covers every request there can be, not a sample. Each change is a widening"
          + " (allowed now, refused before), a narrowing, or neutral, and comes with the policies"
          + " that bring it about and a witness: a request that is decided differently, in the form"
          + " of a PolicyTest case.",
      "",
      "What a waypoint itself sends to a pod was judged at the waypoint and is not compared again."
          + " Workloads, Services, routes and token rules that come, go or change without effect on"
          + " a decision are listed as neutral. What cannot be decided is listed as such, and the"
          + " command then exits with 4.",
      "",
      "A git revision is read from the repository around the other directory, or around the working"
          + " directory, and there from the same folder; `REVISION:path` names another folder. A"
          + " bundle is compared on the topology of the other side, or of --mesh, and is not"
          + " verified: use `sluice verify` for that."
    },
    footer = {
      "  sluice diff HEAD~1 .                          the last commit and what was changed since",
      "  sluice diff main feature --forbid-widening    a gate for pull requests",
      "  sluice diff main:policies policies",
      "  sluice diff build/bundle policies --output json | jq '.changes[].witness'"
    })
public final class DiffCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      index = "0",
      paramLabel = "OLD",
      description = "What was: a directory, a bundle directory or a git revision.")
  private String old;

  @Parameters(index = "1", paramLabel = "NEW", description = "What is to be: likewise.")
  private String now;

  @Option(names = "--forbid-widening", description = "Exit with 1 when somebody gains access.")
  private boolean forbidWidening;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Mesh settings for both; otherwise the nearest sluice.yaml of each.")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = "--mesh",
      paramLabel = "FILE",
      description = "Topology that is in neither revision; repeatable.")
  private List<String> mesh = new ArrayList<>();

  @Mixin private ReportOptions reports;

  public DiffCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    reports.check(DiffReport.class);
    try (var _ = Progress.start(reports.heeded(terminal), "comparing " + old + " and " + now)) {
      return switch (Revisions.load(old, now, config, mesh)) {
        case Revisions.Outcome.Failed(var code, var message, var help) -> {
          terminal.complain(message, help);
          yield code.code();
        }
        case Revisions.Outcome.Both both -> compare(both).code();
      };
    }
  }

  private ExitCode compare(Revisions.Outcome.Both both) {
    Comparison comparison = Comparer.compare(both.old(), both.now());
    reports.write(
        new DiffReport(comparison, both.old().semanticDigest(), both.now().semanticDigest()),
        terminal);
    if (!comparison.undecided().isEmpty()) {
      terminal.complain(
          comparison.undecided().size() + " comparisons have no answer",
          "they are listed under `undecided`");
    }
    if (forbidWidening && comparison.isWidening()) {
      return ExitCode.FINDINGS;
    }
    return comparison.undecided().isEmpty() ? ExitCode.CLEAN : ExitCode.INTERNAL;
  }
}
