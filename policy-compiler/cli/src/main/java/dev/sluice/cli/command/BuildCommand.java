package dev.sluice.cli.command;

import dev.sluice.cli.input.Evaluation;
import dev.sluice.cli.input.FailOn;
import dev.sluice.cli.input.GitFacts;
import dev.sluice.cli.input.InputOptions;
import dev.sluice.cli.input.KeyOptions;
import dev.sluice.cli.report.BuildReport;
import dev.sluice.cli.report.CheckReport;
import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Progress;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.bundle.BundleFacts;
import dev.sluice.compiler.bundle.BundleWriter;
import dev.sluice.compiler.trust.Problem;
import dev.sluice.compiler.trust.SigningKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Compiles policies into one signed bundle.
@Command(
    name = "build",
    header = "Compile policies into one signed bundle.",
    description = {
      "Checks and compiles all inputs, signs the result with the bundle keys of KEYS_DIR and writes"
          + " it to BUNDLE_DIR as an OCI image layout. While an error stands nothing is written and"
          + " no sequence number is used.",
      "",
      "The bundle is verified as a proxy would before it appears, and appears as a whole. A bundle"
          + " that is already in BUNDLE_DIR is replaced; anything else there is refused."
    },
    footer = {
      "  sluice keys init keys",
      "  sluice build policies --keys keys --out build/bundle",
      "  sluice verify build/bundle --root keys/root.json"
    })
public final class BuildCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final String version;

  @Spec private CommandSpec command;

  @Mixin private InputOptions inputs;

  @Option(
      names = "--keys",
      paramLabel = "KEYS_DIR",
      required = true,
      description = "Directory with root.json, the bundle keys and the counter of bundles.")
  private Path keys;

  @Option(
      names = "--out",
      paramLabel = "BUNDLE_DIR",
      required = true,
      description = "Where to write the bundle: a new or empty directory, or a bundle to replace.")
  private Path out;

  @Option(
      names = "--fail-on",
      paramLabel = "SEVERITY",
      defaultValue = "error",
      description = "From which findings on to build nothing: error (default), warning.")
  private FailOn failOn;

  @Mixin private KeyOptions signing;

  @Mixin private ReportOptions reports;

  public BuildCommand(Terminal terminal, String version) {
    this.terminal = terminal;
    this.version = version;
  }

  @Override
  public Integer call() throws IOException {
    reports.check();
    checkPlaces();
    Evaluation evaluation = inputs.evaluate(reports.heeded(terminal)).forBundle();
    CheckReport check = CheckReport.of(evaluation, failOn, version);
    ExitCode code = evaluation.exitCode(failOn);
    if (code == ExitCode.CLEAN && evaluation instanceof Evaluation.Done done) {
      return build(done, check).code();
    }
    reports.write(new BuildReport(check, Optional.empty()), terminal);
    Complaints.about(evaluation, inputs, terminal);
    return code.code();
  }

  private ExitCode build(Evaluation.Done done, CheckReport check) throws IOException {
    try (var _ = Progress.start(reports.heeded(terminal), "signing")) {
      return switch (opened()) {
        case SigningKeys.Outcome.Unusable(var problems) -> notBuilt(check, problems);
        case SigningKeys.Outcome.Ready(var ready) ->
            switch (BundleWriter.write(done.compilation().shards(), facts(done), ready, out)) {
              case BundleWriter.Outcome.NotWritten(var problems) -> notBuilt(check, problems);
              case BundleWriter.Outcome.Written(var manifest, var digest, _) -> {
                var built = new BuildReport.Built(manifest, digest, out);
                reports.write(new BuildReport(check, Optional.of(built)), terminal);
                yield ExitCode.CLEAN;
              }
            };
      };
    }
  }

  private SigningKeys.Outcome opened() {
    return switch (signing.elsewhere(terminal)) {
      case KeyOptions.Signatories.Missing(var problems) ->
          new SigningKeys.Outcome.Unusable(problems);
      case KeyOptions.Signatories.Found(var elsewhere) ->
          SigningKeys.open(keys, terminal.clock().instant(), signing.reader(terminal), elsewhere);
    };
  }

  private BundleFacts facts(Evaluation.Done done) {
    var bundle = done.settings().bundle();
    return new BundleFacts(
        bundle.audience(),
        bundle.channel(),
        terminal.clock().instant(),
        bundle.validity(),
        GitFacts.of(inputs.paths()),
        version);
  }

  private ExitCode notBuilt(CheckReport check, List<Problem> problems) {
    reports.write(new BuildReport(check, Optional.empty()), terminal);
    problems.forEach(problem -> terminal.complain(problem.toString(), problem.help()));
    return ExitCode.NOT_TRUSTED;
  }

  /// Refuses before any work what no work could make right.
  private void checkPlaces() {
    if (failOn == FailOn.NEVER) {
      throw wrong("a bundle is never built while an error stands: `--fail-on` is error or warning");
    }
    if (!Files.isDirectory(keys)) {
      throw wrong("no key directory `" + keys + "`; make one with `sluice keys init`");
    }
    boolean isBundle = Files.exists(out.resolve("oci-layout"));
    if (Files.isSymbolicLink(out) || (Files.exists(out) && !isBundle && !isEmpty(out))) {
      throw wrong("`" + out + "` is neither new, nor empty, nor a bundle");
    }
  }

  private static boolean isEmpty(Path directory) {
    try (var entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    } catch (IOException notADirectory) {
      return false;
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
