package dev.sluice.cli.input;

import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.trust.Passphrases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Where the passphrases of encrypted keys come from.
public final class PassphraseOptions {
  private static final int MOST_PASSPHRASE_BYTES = 1024;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--passphrase-env",
      paramLabel = "NAME",
      description =
          "Variable with the passphrase of encrypted keys. Without it and --passphrase-file, the"
              + " terminal asks.")
  private Optional<String> variable = Optional.empty();

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "File with the passphrase of encrypted keys, in its first line.")
  private Optional<Path> file = Optional.empty();

  /// Whether a passphrase was named, so that new keys are encrypted with it.
  public boolean isNamed() {
    return variable.isPresent() || file.isPresent();
  }

  /// The passphrases these options give.
  public Passphrases of(Terminal terminal) {
    if (variable.isPresent() && file.isPresent()) {
      throw wrong("`--passphrase-env` and `--passphrase-file` exclude each other");
    }
    if (variable.isPresent()) {
      String text = terminal.variables().getOrDefault(variable.get(), "");
      if (text.isEmpty()) {
        throw wrong("--passphrase-env: the variable `" + variable.get() + "` is not set");
      }
      return _ -> Optional.of(text.toCharArray());
    }
    if (file.isPresent()) {
      String text = firstLine(file.get());
      return _ -> Optional.of(text.toCharArray());
    }
    return what -> asked(terminal, what);
  }

  private String firstLine(Path path) {
    try (var in = Files.newInputStream(path)) {
      String text = new String(in.readNBytes(MOST_PASSPHRASE_BYTES), StandardCharsets.UTF_8);
      String line = text.lines().findFirst().orElse("");
      if (line.isEmpty()) {
        throw wrong("--passphrase-file: `" + path + "` has no passphrase in its first line");
      }
      return line;
    } catch (IOException unreadable) {
      throw wrong("--passphrase-file: cannot read `" + path + "`");
    }
  }

  private static Optional<char[]> asked(Terminal terminal, String what) {
    return Optional.ofNullable(System.console())
        .filter(console -> console.isTerminal() && !terminal.screens().isEmpty())
        .map(console -> console.readPassword("Passphrase of %s: ", what));
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
