package dev.sluice.cli.command;

import dev.sluice.cli.input.PublicKeyFile;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.trust.RoleName;
import dev.sluice.compiler.trust.RootChange;
import dev.sluice.engine.bundle.VerificationKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Gives a role keys that were made elsewhere.
@Command(
    name = "add",
    header = "Give a role keys that were made elsewhere, or another threshold.",
    description = {
      "Makes the next trust root, which names the given public keys too. It is in force once enough"
          + " root keys signed it: those in KEYS_DIR sign at once, others with `sluice keys sign`.",
      "",
      "Proxies accept it when it comes with a bundle; they need no restart."
    },
    footer = {
      "  sluice keys add keys --role bundle --public approver.pub --threshold 2",
      "  sluice keys add keys --role root --public carol.pub --sign-with /media/usb/root.pem"
    })
public final class KeysAddCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec command;

  @Mixin private Ceremony ceremony;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      required = true,
      description = "The role: root, bundle or freshness.")
  private RoleName role;

  @Option(
      names = "--public",
      paramLabel = "FILE",
      description = "Public key in PEM (`PUBLIC KEY`), Ed25519 or P-256; repeatable.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--threshold",
      paramLabel = "COUNT",
      description = "How many keys of the role must sign from now on.")
  private Optional<Integer> threshold = Optional.empty();

  public KeysAddCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    var changes = new ArrayList<RootChange>();
    for (Path file : files) {
      changes.add(new RootChange.Add(role, key(file)));
    }
    threshold.ifPresent(count -> changes.add(new RootChange.Threshold(role, count)));
    if (changes.isEmpty()) {
      throw new ParameterException(
          command.commandLine(), "nothing to add: give `--public FILE` or `--threshold COUNT`");
    }
    return ceremony.take(terminal, steps -> steps.change(changes, ceremony.terms(terminal)));
  }

  private VerificationKey key(Path file) {
    return switch (PublicKeyFile.read(file)) {
      case PublicKeyFile.Reading.Key(var key) -> key;
      case PublicKeyFile.Reading.Unusable(var problem) ->
          throw new ParameterException(command.commandLine(), problem);
    };
  }
}
