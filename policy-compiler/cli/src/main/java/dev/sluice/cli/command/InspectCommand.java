package dev.sluice.cli.command;

import dev.sluice.cli.input.TrustRootFile;
import dev.sluice.cli.report.InspectReport;
import dev.sluice.cli.report.InspectReport.Trust;
import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.engine.bundle.BundleVerifier;
import dev.sluice.engine.bundle.Expectation;
import dev.sluice.engine.bundle.Inspection;
import dev.sluice.engine.bundle.Manifest;
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

/// Shows what is in a bundle, trusted or not.
@Command(
    name = "inspect",
    header = "Show what is in a bundle, trusted or not.",
    description = {
      "Prints what the bundle says of itself (revision, audience, validity, source), its contents"
          + " by digest, and how many policies, guards, bindings and routes each proxy gets.",
      "",
      "With --root it also says whether a proxy would load it; without, nothing is verified. Use"
          + " `sluice verify` where the answer decides something: `inspect` succeeds whenever the"
          + " bundle can be read."
    },
    footer = {
      "  sluice inspect build/bundle",
      "  sluice inspect build/bundle --root keys/root.json --output json"
    })
public final class InspectCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "BUNDLE_DIR", description = "The bundle: an OCI image layout.")
  private Path bundle;

  @Option(
      names = "--root",
      paramLabel = "FILE",
      description = "Verify with this trust root, for the audience and channel the bundle names.")
  private Optional<Path> root = Optional.empty();

  @Mixin private ReportOptions reports;

  public InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    reports.check();
    return switch (Inspection.of(bundle)) {
      case Inspection.Unreadable(var rejection) -> {
        terminal.complain("cannot read the bundle `" + bundle + "` (" + rejection + ")", "");
        yield ExitCode.NOTHING_EVALUATED.code();
      }
      case Inspection.Claims claims -> {
        Trust trust = trust(claims.manifest(), terminal.clock().instant());
        reports.write(new InspectReport(bundle, claims, trust), terminal);
        yield ExitCode.CLEAN.code();
      }
    };
  }

  private Trust trust(Manifest manifest, Instant now) {
    if (root.isEmpty()) {
      return new Trust.Unknown();
    }
    return switch (TrustRootFile.open(root.get(), now)) {
      case TrustRoot.Opened.Refused(var rejection) -> new Trust.Refused(rejection);
      case TrustRoot.Opened.Trusted(var pinned) ->
          switch (RootChain.of(pinned).follow(bundle, now)) {
            case RootChain.Followed.Refused(var rejection) -> new Trust.Refused(rejection);
            case RootChain.Followed.Reached(var chain) -> trust(manifest, chain.current(), now);
          };
    };
  }

  private Trust trust(Manifest manifest, TrustRoot trusted, Instant now) {
    var expectation =
        new Expectation(manifest.audience(), manifest.channel(), Optional.empty(), now);
    return switch (BundleVerifier.open(bundle, trusted, expectation)) {
      case BundleVerifier.Opened.Refused(var rejection) -> new Trust.Refused(rejection);
      case BundleVerifier.Opened.Verified _ -> new Trust.Trusted();
    };
  }
}
