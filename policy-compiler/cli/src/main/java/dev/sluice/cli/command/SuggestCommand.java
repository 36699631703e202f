package dev.sluice.cli.command;

import dev.sluice.cli.input.AccessLogs;
import dev.sluice.cli.input.InputOptions;
import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.report.SuggestReport;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Progress;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.traffic.BareMesh;
import dev.sluice.compiler.traffic.Judge;
import dev.sluice.compiler.traffic.Observations;
import dev.sluice.compiler.traffic.Suggestions;
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

/// Suggests policies that allow what a log shows and nothing else.
@Command(
    name = "suggest",
    header = "Suggest least-privilege policies from observed traffic.",
    description = {
      "Reads access logs of ztunnels and waypoints and prints AuthorizationPolicies that allow what"
          + " was allowed in them and nothing else: one for each Service behind a waypoint"
          + " (clients, methods, paths) and one for each other workload (clients, ports). Parts of"
          + " paths that look like identifiers are generalised when three or more were seen and"
          + " none of them was refused.",
      "",
      "The suggestion is for review and is applied by nobody. It is checked by deciding every"
          + " observed request again; one that would be decided otherwise is named, and the command"
          + " exits with 1. Policies among the --mesh files are not looked at."
    },
    footer = {
      "  sluice suggest ztunnel.log waypoint.log.gz --mesh services > suggested.yaml",
      "  sluice check suggested.yaml --mesh services",
      "  sluice replay ztunnel.log --against suggested.yaml --mesh services"
    })
public final class SuggestCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec command;

  @Parameters(
      paramLabel = "ACCESS_LOG",
      arity = "1..*",
      description = "Access log, plain or gzip, or - for standard input.")
  private List<String> logs = new ArrayList<>();

  @Option(
      names = "--mesh",
      paramLabel = "PATH",
      required = true,
      description = "The Services and workloads in the log: a file or directory; repeatable.")
  private List<String> mesh = new ArrayList<>();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Mesh settings; otherwise the nearest sluice.yaml of the first --mesh.")
  private Optional<Path> config = Optional.empty();

  @Mixin private ReportOptions reports;

  public SuggestCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    reports.check();
    var problems = new Diagnostics();
    Optional<BareMesh> bare =
        InputOptions.of(command, mesh, List.of(), config).topology(terminal, problems);
    if (bare.isEmpty()) {
      terminal.complain(
          "the mesh settings are wrong, so nothing was observed", "correct the settings file");
      return ExitCode.USAGE.code();
    }
    Optional<Diagnostic> unread =
        problems.sorted().stream().filter(SuggestCommand::isAboutReading).findFirst();
    if (unread.isPresent()) {
      terminal.complain(
          "cannot read all of the mesh: "
              + unread.get().span()
              + ": "
              + unread.get().text().message(),
          unread.get().text().help());
      return ExitCode.NOTHING_EVALUATED.code();
    }
    if (bare.get().isEmpty()) {
      terminal.complain(
          "there is no workload in `" + String.join("` `", mesh) + "`",
          "policies select workloads by labels, which logs do not have");
      return ExitCode.NOTHING_EVALUATED.code();
    }
    var seen = Observations.in(bare.get());
    Optional<String> problem;
    try (var _ = Progress.start(reports.heeded(terminal), "reading " + String.join(" ", logs))) {
      problem = AccessLogs.read(logs, terminal, seen::add);
    }
    if (problem.isPresent()) {
      terminal.complain(problem.get(), "nothing is suggested from a part of a log");
      return ExitCode.NOTHING_EVALUATED.code();
    }
    return suggest(bare.get(), seen).code();
  }

  /// What policies say wrong is no concern here; what hides a workload or Service is.
  private static boolean isAboutReading(Diagnostic finding) {
    return finding.severity() == Severity.ERROR && finding.code().id().compareTo("SLU1100") < 0;
  }

  private ExitCode suggest(BareMesh bare, Observations seen) {
    if (seen.used() == 0 || seen.beyond() > 0) {
      terminal.complain(
          seen.beyond() > 0
              ? "more different requests than can be kept; " + seen.beyond() + " found no room"
              : "nothing was observed: no line of the log is evidence",
          "give a log of fewer destinations, or see `sluice replay` for the reasons");
      return ExitCode.NOTHING_EVALUATED;
    }
    Suggestions.Result result = Suggestions.of(seen);
    var problems = new Diagnostics();
    Optional<Judge> judge = bare.judgedBy(SuggestReport.yaml(result), problems);
    List<String> disagreements =
        judge
            .map(suggested -> Suggestions.disagreements(seen, suggested))
            .orElseGet(() -> errors(problems));
    reports.write(new SuggestReport(logs, seen, result, disagreements), terminal);
    if (!disagreements.isEmpty()) {
      terminal.complain(
          disagreements.size() + " observed requests would be decided otherwise",
          "they are named at the top of the suggestion");
      return ExitCode.FINDINGS;
    }
    return ExitCode.CLEAN;
  }

  private static List<String> errors(Diagnostics problems) {
    return problems.sorted().stream()
        .filter(finding -> finding.severity() == Severity.ERROR)
        .map(SuggestCommand::words)
        .toList();
  }

  private static String words(Diagnostic error) {
    return "the suggestion does not compile: " + error.code().id() + " " + error.text().message();
  }
}
