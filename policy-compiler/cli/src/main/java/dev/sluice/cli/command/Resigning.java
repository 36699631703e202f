package dev.sluice.cli.command;

import dev.sluice.cli.input.KeyOptions;
import dev.sluice.cli.report.BundleReport;
import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.bundle.BundleWriter;
import dev.sluice.compiler.trust.Problem;
import dev.sluice.compiler.trust.SigningKeys;
import dev.sluice.engine.bundle.BundleVerifier;
import dev.sluice.engine.bundle.Expectation;
import dev.sluice.engine.bundle.Inspection;
import dev.sluice.engine.bundle.VerifiedBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What the commands have in common that sign something about a bundle that exists.
final class Resigning {
  @Parameters(paramLabel = "BUNDLE_DIR", description = "The bundle: an OCI image layout.")
  private Path bundle;

  @Option(
      names = "--keys",
      paramLabel = "KEYS_DIR",
      required = true,
      description = "Directory with root.json, the keys and the counter of bundles.")
  private Path directory;

  @Mixin private KeyOptions keys;

  @Mixin private ReportOptions reports;

  /// Writes a new bundle from a verified one.
  interface Step {
    BundleWriter.Outcome take(VerifiedBundle bundle, SigningKeys keys) throws IOException;
  }

  Path bundle() {
    return bundle;
  }

  int run(Terminal terminal, Step step) throws IOException {
    reports.check();
    return switch (keys.elsewhere(terminal)) {
      case KeyOptions.Signatories.Missing(var problems) -> refuse(terminal, problems);
      case KeyOptions.Signatories.Found(var elsewhere) ->
          switch (SigningKeys.open(
              directory, terminal.clock().instant(), keys.reader(terminal), elsewhere)) {
            case SigningKeys.Outcome.Unusable(var problems) -> refuse(terminal, problems);
            case SigningKeys.Outcome.Ready(var ready) -> run(terminal, step, ready);
          };
    };
  }

  private int run(Terminal terminal, Step step, SigningKeys ready) throws IOException {
    return switch (open(ready)) {
      case BundleVerifier.Opened.Refused(var rejection) -> {
        terminal.complain(
            "the bundle `" + bundle + "` is not trusted: " + rejection,
            "only what trusted keys signed is signed again");
        yield VerifyCommand.code(rejection).code();
      }
      case BundleVerifier.Opened.Verified(var opened) ->
          switch (step.take(opened, ready)) {
            case BundleWriter.Outcome.NotWritten(var problems) -> refuse(terminal, problems);
            case BundleWriter.Outcome.Written(var manifest, var digest, var where) -> {
              reports.write(new BundleReport(where, manifest, digest), terminal);
              yield ExitCode.CLEAN.code();
            }
          };
    };
  }

  private BundleVerifier.Opened open(SigningKeys ready) {
    return switch (Inspection.of(bundle)) {
      case Inspection.Unreadable(var rejection) -> new BundleVerifier.Opened.Refused(rejection);
      case Inspection.Claims claims -> {
        var manifest = claims.manifest();
        var expectation =
            new Expectation(
                manifest.audience(), manifest.channel(), Optional.empty(), manifest.issuedAt());
        yield BundleVerifier.openAccepted(bundle, ready.roots(), expectation);
      }
    };
  }

  private static int refuse(Terminal terminal, List<Problem> problems) {
    problems.forEach(problem -> terminal.complain(problem.toString(), problem.help()));
    return ExitCode.NOT_TRUSTED.code();
  }
}
