package dev.sluice.cli.command;

import dev.sluice.cli.input.KeyOptions;
import dev.sluice.cli.input.TrustRootFile;
import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.report.RootReport;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.trust.RootCeremony;
import dev.sluice.engine.bundle.DurableFiles;
import dev.sluice.engine.bundle.RootDraft;
import dev.sluice.engine.bundle.Signatory;
import dev.sluice.engine.bundle.TrustRoot;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Adds signatures to a trust root that waits for them.
@Command(
    name = "sign",
    header = "Sign a trust root that waits for signatures.",
    description = {
      "Given the file of a waiting trust root, says what it changes and signs it with the keys of"
          + " --sign-with: this is what the holder of an offline key runs, with a copy of the"
          + " root.json in force. Given KEYS_DIR, signs the one that waits there, or takes the copy"
          + " of --from, and puts it in force when enough root keys of both signed."
    },
    footer = {
      "  sluice keys sign root.next.json --root root.json --sign-with /media/usb/root.pem",
      "  sluice keys sign keys --from root.next.json"
    })
public final class KeysSignCommand implements Callable<Integer> {
  private static final int MAX_BYTES = 64 * 1024;

  private final Terminal terminal;

  @Spec private CommandSpec command;

  @Parameters(paramLabel = "FILE|KEYS_DIR", description = "The waiting trust root, or where it is.")
  private Path path;

  @Option(
      names = "--root",
      paramLabel = "FILE",
      description = "The trust root in force, to say what changes; needed with a FILE.")
  private Optional<Path> root = Optional.empty();

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description = "The copy that others signed; with KEYS_DIR.")
  private Optional<Path> from = Optional.empty();

  @Mixin private KeyOptions keys;

  @Mixin private ReportOptions reports;

  public KeysSignCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    reports.check();
    return switch (keys.elsewhere(terminal)) {
      case KeyOptions.Signatories.Missing(var problems) -> Ceremony.refuse(terminal, problems);
      case KeyOptions.Signatories.Found(var elsewhere) ->
          Files.isDirectory(path) ? inDirectory(elsewhere) : alone(elsewhere);
    };
  }

  private int inDirectory(List<Signatory> elsewhere) throws IOException {
    var ceremony = new RootCeremony(path, keys.reader(terminal), elsewhere);
    return switch (ceremony.sign(from.map(this::draft))) {
      case RootCeremony.Outcome.Refused(var problems) -> Ceremony.refuse(terminal, problems);
      case RootCeremony.Outcome.InForce(var next, var before) ->
          report(RootReport.inForce(path, next, before));
      case RootCeremony.Outcome.Waiting(var file, var draft, var present) ->
          report(RootReport.waiting(file, draft, present));
    };
  }

  private int alone(List<Signatory> elsewhere) throws IOException {
    if (root.isEmpty() || elsewhere.isEmpty()) {
      throw wrong("with a FILE, `--root` and at least one `--sign-with` are needed");
    }
    TrustRoot present =
        switch (TrustRootFile.openIgnoringTime(root.get())) {
          case TrustRoot.Opened.Trusted(var trusted) -> trusted;
          case TrustRoot.Opened.Refused(var rejection) ->
              throw wrong("the trust root `" + root.get() + "` is refused: " + rejection);
        };
    RootDraft draft = draft(path);
    for (Signatory key : elsewhere) {
      if (!present.roles().root().keys().contains(key.publicKey())
          && !draft.statement().roles().root().keys().contains(key.publicKey())) {
        throw wrong("neither trust root has the root key " + key.publicKey().id());
      }
      draft = draft.signedBy(key);
    }
    DurableFiles.replace(path, draft.toJson());
    return report(RootReport.waiting(path, draft, present));
  }

  private RootDraft draft(Path file) {
    try (var in = Files.newInputStream(file)) {
      return switch (RootDraft.parse(in.readNBytes(MAX_BYTES + 1))) {
        case RootDraft.Reading.Draft(var draft) -> draft;
        case RootDraft.Reading.Refused(var rejection) ->
            throw wrong("`" + file + "` is no trust root: " + rejection);
      };
    } catch (IOException unreadable) {
      throw wrong("cannot read `" + file + "` (" + unreadable.getClass().getSimpleName() + ")");
    }
  }

  private int report(RootReport report) {
    reports.write(report, terminal);
    return ExitCode.CLEAN.code();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
