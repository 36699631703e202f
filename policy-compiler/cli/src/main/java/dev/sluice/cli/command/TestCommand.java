package dev.sluice.cli.command;

import dev.sluice.cli.input.Evaluation;
import dev.sluice.cli.input.FailOn;
import dev.sluice.cli.input.InputOptions;
import dev.sluice.cli.report.Findings;
import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.report.TestReport;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.walk.Coverage;
import dev.sluice.compiler.walk.TestRun;
import dev.sluice.compiler.walk.TestRun.Status;
import dev.sluice.compiler.walk.Walk;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Runs the cases of PolicyTests.
@Command(
    name = "test",
    header = "Run policy tests: who may do what, and who decides it.",
    description = {
      "Runs the cases of every PolicyTest among the PATHs on the policies among them: each case is"
          + " decided by the proxies on its way, with exactly what a bundle would give them. A case"
          + " fails when the decision, the deciding policy or the deciding proxy is not the"
          + " expected one. It is an error when it has no answer: it names something unknown,"
          + " leaves out an address that matters, or the policies do not compile.",
      "",
      "A rule is covered when it matches at least one case. When no case was run the command"
          + " fails."
    },
    footer = {
      "  sluice test                          the working directory",
      "  sluice test examples/shop --coverage-min 90",
      "  sluice test --output text --output junit=tests.xml",
      "  sluice test policies tests --output json | jq '.cases[] | select(.status != \"pass\")'",
      "",
      "A case:",
      "  apiVersion: sluice.dev/v1",
      "  kind: PolicyTest",
      "  metadata: {name: api-access}",
      "  spec:",
      "    cases:",
      "    - name: web may read orders",
      "      from: {namespace: shop, serviceAccount: web}",
      "      to: {service: shop/api, port: 80}",
      "      request: {method: GET, path: /orders/7}",
      "      expect: {decision: allow, by: AuthorizationPolicy shop/api-read, at: waypoint}"
    })
public final class TestCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec command;

  @Mixin private InputOptions inputs;

  @Option(
      names = "--coverage-min",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description = "Exit with 1 when fewer of the rules are covered, 0 to 100 (default: 0).")
  private double coverageMin;

  @Mixin private ReportOptions reports;

  public TestCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    reports.check(TestReport.class);
    if (!(coverageMin >= 0 && coverageMin <= 100)) {
      throw new ParameterException(
          command.commandLine(), "`--coverage-min` is not between 0 and 100");
    }
    Evaluation evaluation = inputs.evaluate(reports.heeded(terminal));
    TestRun run = run(evaluation.compilation());
    var findings = Findings.of(evaluation.compilation().findings(), evaluation.tree());
    reports.write(new TestReport(findings, run), terminal);
    Complaints.about(evaluation, inputs, terminal);
    return exitCode(evaluation, run).code();
  }

  private static TestRun run(Compilation compilation) {
    var coverage = Coverage.of(compilation.mesh(), compilation.shards());
    return compilation.shards().isEmpty()
        ? TestRun.without(compilation.tests(), reason(compilation), coverage)
        : TestRun.of(
            compilation.tests(), Walk.of(compilation.mesh(), compilation.shards()), coverage);
  }

  /// The first error stands for all that keep the policies from compiling.
  private static String reason(Compilation compilation) {
    return compilation.findings().stream()
        .filter(f -> f.severity() == Severity.ERROR && f.suppressed() == null)
        .findFirst()
        .map(TestCommand::words)
        .orElse("the policies do not compile");
  }

  private static String words(Diagnostic error) {
    return "the policies do not compile: %s at %s: %s"
        .formatted(error.code().id(), error.span(), error.text().message());
  }

  private ExitCode exitCode(Evaluation evaluation, TestRun run) {
    ExitCode compiled = evaluation.exitCode(FailOn.ERROR);
    if (compiled == ExitCode.USAGE || compiled == ExitCode.FINDINGS) {
      return compiled;
    }
    if (run.results().isEmpty()) {
      terminal.complain(
          "no case was run: there is no PolicyTest in `" + String.join("` `", inputs.paths()) + "`",
          "`sluice test --help` shows one");
      return ExitCode.NOTHING_EVALUATED;
    }
    if (compiled != ExitCode.CLEAN) {
      return compiled;
    }
    boolean covered = run.coverage().percent() >= coverageMin;
    if (!covered) {
      terminal.complain(
          String.format(
              Locale.ROOT,
              "%.1f%% of the rules are covered, less than the %.1f%% asked for",
              run.coverage().percent(),
              coverageMin),
          "add cases for the rules listed as missed");
    }
    boolean passed = run.count(Status.PASS) == run.results().size();
    return passed && covered ? ExitCode.CLEAN : ExitCode.FINDINGS;
  }
}
