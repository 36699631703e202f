package dev.sluice.cli.command;

import dev.sluice.cli.input.TrustRootFile;
import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.report.VerifyReport;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.engine.bundle.BundleVerifier;
import dev.sluice.engine.bundle.Expectation;
import dev.sluice.engine.bundle.Rejection;
import dev.sluice.engine.bundle.RejectionReason;
import dev.sluice.engine.bundle.RootChain;
import dev.sluice.engine.bundle.TrustRoot;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Says whether a proxy would load a bundle.
@Command(
    name = "verify",
    header = "Say whether a proxy would load a bundle.",
    description = {
      "Makes every check a proxy makes, in the same order: envelope, signatures, manifest, audience"
          + " and channel, validity, contents by size and digest, consistency. The first that fails"
          + " is the reason, a stable code.",
      "",
      "Trust roots that come with the bundle are followed from the given one, as proxies do. What a"
          + " proxy accepted before is not known here, so a rollback is not detected."
    },
    footer = {
      "  sluice verify build/bundle --root keys/root.json",
      "  sluice verify build/bundle --root keys/root.json --audience cluster.local --channel canary"
    })
public final class VerifyCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "BUNDLE_DIR", description = "The bundle: an OCI image layout.")
  private Path bundle;

  @Option(
      names = "--root",
      paramLabel = "FILE",
      required = true,
      description = "The trust root, root.json.")
  private Path root;

  @Option(
      names = "--audience",
      paramLabel = "NAME",
      defaultValue = "cluster.local",
      description = "The mesh the bundle must be for (default: cluster.local).")
  private String audience;

  @Option(
      names = "--channel",
      paramLabel = "NAME",
      defaultValue = "main",
      description = "The channel the bundle must be for (default: main).")
  private String channel;

  @Mixin private ReportOptions reports;

  public VerifyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    reports.check();
    VerifyReport report = verify(terminal.clock().instant());
    reports.write(report, terminal);
    return switch (report) {
      case VerifyReport.Trusted _ -> ExitCode.CLEAN.code();
      case VerifyReport.NotTrusted(_, var rejection) -> {
        terminal.complain("not trusted: " + rejection, "");
        yield code(rejection).code();
      }
    };
  }

  private VerifyReport verify(Instant now) {
    return switch (TrustRootFile.open(root, now)) {
      case TrustRoot.Opened.Refused(var rejection) ->
          new VerifyReport.NotTrusted(bundle, rejection);
      case TrustRoot.Opened.Trusted(var pinned) ->
          switch (RootChain.of(pinned).follow(bundle, now)) {
            case RootChain.Followed.Refused(var rejection) ->
                new VerifyReport.NotTrusted(bundle, rejection);
            case RootChain.Followed.Reached(var chain) -> verify(chain.current(), now);
          };
    };
  }

  private VerifyReport verify(TrustRoot trusted, Instant now) {
    var expectation = new Expectation(audience, channel, Optional.empty(), now);
    return switch (BundleVerifier.open(bundle, trusted, expectation)) {
      case BundleVerifier.Opened.Refused(var rejection) ->
          new VerifyReport.NotTrusted(bundle, rejection);
      case BundleVerifier.Opened.Verified(var opened) ->
          new VerifyReport.Trusted(bundle, opened.manifest(), opened.manifestDigest());
    };
  }

  /// What could not be read was not judged, which is another failure than a bad signature.
  static ExitCode code(Rejection rejection) {
    return rejection.code() == RejectionReason.UNREADABLE
        ? ExitCode.NOTHING_EVALUATED
        : ExitCode.NOT_TRUSTED;
  }
}
