package dev.sluice.cli.command;

import dev.sluice.cli.input.CaseOptions;
import dev.sluice.cli.input.Evaluation;
import dev.sluice.cli.input.FailOn;
import dev.sluice.cli.input.InputOptions;
import dev.sluice.cli.report.CheckReport;
import dev.sluice.cli.report.ExplainReport;
import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.explain.Explainer;
import dev.sluice.compiler.explain.Explanation;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.walk.Outcome;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Explains the decision about one request.
@Command(
    name = "explain",
    header = "Explain one request: who decides it, by which rule, and what would change that.",
    description = {
      "Follows one request through the proxies on its way and shows who decides there; the deciding"
          + " rule with its place in the files; for every other rule the first condition that does"
          + " not hold; and for a refusal the nearest miss: the smallest change of the request, and"
          + " an edit of a policy, with which it is allowed. Both are found by deciding again.",
      "",
      "The request is described by options or is a case of a PolicyTest. When it names something"
          + " unknown, or leaves out an address that matters, there is no answer and the command"
          + " fails. Policies with errors are not explained: the errors are printed as by `check`."
    },
    footer = {
      "  sluice explain examples/shop --from shop/web --to shop/orders:80 \\",
      "      --method POST --path /orders",
      "  sluice explain --plaintext --to-workload shop/orders-v1:8080",
      "  sluice explain --from shop/web --to shop/orders:80 --path /orders --method POST \\",
      "      --jwt-iss https://idp.shop.example --jwt-sub alice --jwt-claim role=clerk",
      "  sluice explain examples/shop --case 'examples/shop/shop-tests.yaml#a guest places no"
          + " order'"
    })
public final class ExplainCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final String version;

  @Mixin private InputOptions inputs;

  @Mixin private CaseOptions request;

  @Mixin private ReportOptions reports;

  public ExplainCommand(Terminal terminal, String version) {
    this.terminal = terminal;
    this.version = version;
  }

  @Override
  public Integer call() {
    reports.check();
    // a misused command line is refused before anything is read
    request.asked(MeshSettings.defaults());
    Evaluation evaluation = inputs.evaluate(reports.heeded(terminal));
    Compilation compilation = evaluation.compilation();
    if (!(evaluation instanceof Evaluation.Done done) || compilation.shards().isEmpty()) {
      reports.write(CheckReport.of(evaluation, FailOn.ERROR, version), terminal);
      Complaints.about(evaluation, inputs, terminal);
      return evaluation.exitCode(FailOn.ERROR).code();
    }
    Complaints.about(evaluation, inputs, terminal);
    Case asked = request.asked(done.settings());
    Explanation explanation = Explainer.of(compilation.mesh(), compilation.shards()).explain(asked);
    reports.write(new ExplainReport(explanation), terminal);
    return code(evaluation, explanation.outcome()).code();
  }

  private static ExitCode code(Evaluation evaluation, Outcome outcome) {
    return outcome instanceof Outcome.Unanswerable
        ? ExitCode.NOTHING_EVALUATED
        : evaluation.exitCode(FailOn.ERROR);
  }
}
