package dev.sluice.cli.command;

import dev.sluice.cli.input.AccessLogs;
import dev.sluice.cli.input.Evaluation;
import dev.sluice.cli.input.FailOn;
import dev.sluice.cli.input.InputOptions;
import dev.sluice.cli.report.CheckReport;
import dev.sluice.cli.report.ReplayReport;
import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Progress;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.traffic.Judge;
import dev.sluice.compiler.traffic.Replay;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Decides recorded requests again by other policies.
@Command(
    name = "replay",
    header = "Say which recorded requests other policies would decide differently.",
    description = {
      "Reads access logs of ztunnels and waypoints, in text or JSON, and decides every recorded"
          + " request again by the policies of --against. Requests that would be decided"
          + " differently are listed with their number; then the command exits with 1.",
      "",
      "Headers and tokens are in no log. A request is open when the answer depends on them; with"
          + " --recorded-with, the policies of the time of the log, only those headers and tokens"
          + " are considered that fit the recorded decision. A line that is no evidence is counted"
          + " with the reason. Connections of waypoints are left out: their requests have lines of"
          + " their own."
    },
    footer = {
      "  kubectl logs -n istio-system ds/ztunnel | sluice replay - --against policies",
      "  sluice replay waypoint.log.gz ztunnel.log --against policies --recorded-with old-policies",
      "  sluice replay access.log --against . --output json | jq '.changes[].case'"
    })
public final class ReplayCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final String version;

  @Spec private CommandSpec command;

  @Parameters(
      paramLabel = "ACCESS_LOG",
      arity = "1..*",
      description = "Access log, plain or gzip, or - for standard input.")
  private List<String> logs = new ArrayList<>();

  @Option(
      names = "--against",
      paramLabel = "PATH",
      required = true,
      description = "Policies and topology to decide by: a file or directory; repeatable.")
  private List<String> against = new ArrayList<>();

  @Option(
      names = "--recorded-with",
      paramLabel = "PATH",
      description = "Policies and topology of the time of the log; repeatable.")
  private List<String> before = new ArrayList<>();

  @Option(
      names = "--mesh",
      paramLabel = "FILE",
      description = "Topology that is in neither; repeatable.")
  private List<String> mesh = new ArrayList<>();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Mesh settings; otherwise the nearest sluice.yaml of each.")
  private Optional<Path> config = Optional.empty();

  @Mixin private ReportOptions reports;

  public ReplayCommand(Terminal terminal, String version) {
    this.terminal = terminal;
    this.version = version;
  }

  @Override
  public Integer call() {
    reports.check();
    Optional<Judge> now = judge(against);
    Optional<Judge> then = before.isEmpty() ? Optional.empty() : now.flatMap(_ -> judge(before));
    if (now.isEmpty() || (then.isEmpty() && !before.isEmpty())) {
      return failed.code();
    }
    var replay = new Replay(now.get(), then);
    Optional<String> problem;
    try (var _ = Progress.start(reports.heeded(terminal), "replaying " + String.join(" ", logs))) {
      problem = AccessLogs.read(logs, terminal, replay::add);
    }
    Replay.Summary summary = replay.summary();
    reports.write(new ReplayReport(logs, summary), terminal);
    return code(problem, summary).code();
  }

  private ExitCode failed = ExitCode.CLEAN;

  /// A judge by these paths; findings are printed when they do not compile.
  private Optional<Judge> judge(List<String> paths) {
    InputOptions inputs = InputOptions.of(command, paths, mesh, config);
    Evaluation evaluation = inputs.evaluate(reports.heeded(terminal));
    Compilation compilation = evaluation.compilation();
    Complaints.about(evaluation, inputs, terminal);
    ExitCode code = evaluation.exitCode(FailOn.ERROR);
    if (code != ExitCode.CLEAN || compilation.shards().isEmpty()) {
      reports.write(CheckReport.of(evaluation, FailOn.ERROR, version), terminal);
      failed = code == ExitCode.CLEAN ? ExitCode.FINDINGS : code;
      return Optional.empty();
    }
    return Optional.of(Judge.of(compilation.mesh(), compilation.shards()));
  }

  private ExitCode code(Optional<String> problem, Replay.Summary summary) {
    if (problem.isPresent()) {
      terminal.complain(problem.get(), "the replay is not complete");
      return ExitCode.NOTHING_EVALUATED;
    }
    if (summary.used() == 0) {
      terminal.complain(
          "nothing was replayed: no line of the log is evidence", "the report counts the reasons");
      return ExitCode.NOTHING_EVALUATED;
    }
    return summary.changed().isEmpty() ? ExitCode.CLEAN : ExitCode.FINDINGS;
  }
}
