package dev.sluice.cli.command;

import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.report.WhyReport;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.FindingDoc;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Explains the code of a finding.
@Command(
    name = "why",
    header = "Explain the code of a finding.",
    description =
        "Prints what a finding means, why it matters, a file that has it and the same file"
            + " repaired.",
    footer = {"  sluice why SLU1103", "  sluice why unknown-field --output json"})
public final class WhyCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec command;

  @Parameters(
      paramLabel = "CODE",
      completionCandidates = Codes.class,
      description = "The code or the name of a finding, such as SLU1103 or unknown-field.")
  private String wanted;

  @Mixin private ReportOptions reports;

  public WhyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    reports.check();
    reports.write(new WhyReport(FindingDoc.of(code())), terminal);
    return ExitCode.CLEAN.code();
  }

  /// The codes for shells to complete.
  static final class Codes implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Code.values()).map(Code::id).iterator();
    }
  }

  private Code code() {
    String word = wanted.toLowerCase(Locale.ROOT);
    return Arrays.stream(Code.values())
        .filter(code -> names(code).contains(word))
        .findFirst()
        .orElseThrow(() ->
            new ParameterException(
                command.commandLine(), "no finding has the code `" + wanted + "`"));
  }

  private static List<String> names(Code code) {
    String id = code.id().toLowerCase(Locale.ROOT);
    return List.of(id, id.substring("slu".length()), code.slug());
  }
}
