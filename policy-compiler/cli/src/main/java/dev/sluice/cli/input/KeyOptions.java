package dev.sluice.cli.input;

import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.trust.KeyReader;
import dev.sluice.compiler.trust.KeySource;
import dev.sluice.compiler.trust.Problem;
import dev.sluice.engine.bundle.Signatory;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options of commands that sign: keys that are elsewhere, and passphrases.
public final class KeyOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--sign-with",
      paramLabel = "SOURCE",
      description = {
        "A key that is not in KEYS_DIR; repeatable. A file with PKCS#8 PEM, `env:NAME` for PEM in a"
            + " variable, or",
        "`pkcs11:object=LABEL?module-path=FILE&pin-source=file:FILE` for a key on a token."
      })
  private List<String> sources = new ArrayList<>();

  @Mixin private PassphraseOptions passphrases;

  /// What came of looking for the keys that were named.
  public sealed interface Signatories {
    /// All of them.
    record Found(List<Signatory> keys) implements Signatories {
      public Found {
        keys = List.copyOf(keys);
      }
    }

    /// At least one is not usable.
    record Missing(List<Problem> problems) implements Signatories {
      public Missing {
        problems = List.copyOf(problems);
      }
    }
  }

  /// Reads keys with the passphrases these options give.
  public KeyReader reader(Terminal terminal) {
    return new KeyReader(terminal.variables(), passphrases.of(terminal));
  }

  /// The keys named by `--sign-with`.
  public Signatories elsewhere(Terminal terminal) {
    KeyReader reader = reader(terminal);
    var keys = new ArrayList<Signatory>();
    var problems = new ArrayList<Problem>();
    for (String text : sources) {
      switch (KeySource.parse(text)) {
        case KeySource.Parsing.Wrong(var reason) -> throw wrong("--sign-with: " + reason);
        case KeySource.Parsing.Source(var source) -> {
          switch (reader.read(source)) {
            case KeyReader.Loaded.Ready(var key) -> keys.add(key);
            case KeyReader.Loaded.Unusable(var problem) -> problems.add(problem);
          }
        }
      }
    }
    return problems.isEmpty() ? new Signatories.Found(keys) : new Signatories.Missing(problems);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
