package dev.sluice.cli.baseline;

import dev.sluice.cli.input.Evaluation;
import dev.sluice.cli.input.FailOn;
import dev.sluice.cli.report.Findings;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.source.Span;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options about a baseline of findings.
public final class BaselineOptions {
  private static final int MAX_BYTES = 16 << 20;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description =
          "Accept the warnings listed in the file; they stay in the report as suppressed. Errors"
              + " are never accepted.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--update-baseline",
      description = "Write the warnings there are to the file of --baseline, and accept them.")
  private boolean isUpdate;

  /// Refuses what could not be done, before any work is done.
  public void check() {
    if (isUpdate && file.isEmpty()) {
      throw wrong("`--update-baseline` needs `--baseline FILE`");
    }
    if (!isUpdate && file.isPresent() && !Files.isRegularFile(file.get())) {
      throw wrong("no baseline `" + file.get() + "`; write one with `--update-baseline`");
    }
  }

  /// The evaluation with the findings of the baseline suppressed, and the baseline updated if that
  /// was asked for. Nothing is written or found stale when not everything was evaluated.
  public Evaluation apply(Evaluation evaluation) {
    ExitCode exit = evaluation.exitCode(FailOn.ERROR);
    boolean isComplete = exit == ExitCode.CLEAN || exit == ExitCode.FINDINGS;
    if (file.isEmpty() || (isUpdate && !isComplete)) {
      return evaluation;
    }
    var findings = Findings.of(evaluation.compilation().findings(), evaluation.tree());
    Baseline baseline = isUpdate ? update(file.get(), findings) : read(file.get());
    String name = file.get().toString();
    List<Diagnostic> judged =
        new ArrayList<>(baseline.applyTo(findings, "in the baseline `" + name + "`"));
    long stale = isComplete ? baseline.staleAmong(findings) : 0;
    if (stale > 0) {
      judged.add(stale(name, stale));
    }
    return evaluation.with(judged);
  }

  private static Diagnostic stale(String name, long count) {
    String findings = count == 1 ? "1 finding" : count + " findings";
    return Diagnostic.of(
        Code.BASELINE_STALE,
        Span.startOf(name),
        null,
        new Text(
            findings + " of the baseline " + (count == 1 ? "does" : "do") + " not occur any more",
            "what is repaired should count when it comes back",
            "write the baseline anew with `--update-baseline`"));
  }

  private Baseline update(Path path, Findings findings) {
    try {
      Files.writeString(path, Baseline.text(findings));
      return Baseline.of(findings);
    } catch (IOException failure) {
      throw wrong("cannot write `" + path + "` (" + failure.getClass().getSimpleName() + ")");
    }
  }

  private Baseline read(Path path) {
    try (InputStream stream = Files.newInputStream(path)) {
      byte[] text = stream.readNBytes(MAX_BYTES + 1);
      if (text.length > MAX_BYTES) {
        throw wrong("`" + path + "` has more than " + MAX_BYTES + " bytes");
      }
      return Baseline.parse(text)
          .orElseThrow(
              () -> wrong("`" + path + "` is no baseline; write one with `--update-baseline`"));
    } catch (IOException failure) {
      throw wrong("cannot read `" + path + "` (" + failure.getClass().getSimpleName() + ")");
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
