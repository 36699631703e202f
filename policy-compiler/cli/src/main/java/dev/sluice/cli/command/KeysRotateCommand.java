package dev.sluice.cli.command;

import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.trust.RoleName;
import dev.sluice.compiler.trust.RootChange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Gives a role a new key.
@Command(
    name = "rotate",
    header = "Make a new key for a role.",
    description = {
      "Makes a new private key in KEYS_DIR and the next trust root, which names it. The keys the"
          + " role had stay until they are named by --retire, now or later with `sluice keys"
          + " revoke`: while both are trusted, bundles are signed with both.",
      "",
      "A key that is retired is moved to KEYS_DIR/retired once the new trust root is in force."
    },
    footer = {
      "  sluice keys rotate keys --role bundle",
      "  sluice keys rotate keys --role freshness --retire 4be1…c07a",
      "  sluice keys rotate keys --role root --sign-with env:ROOT_KEY"
    })
public final class KeysRotateCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private Ceremony ceremony;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      required = true,
      description = "The role: root, bundle or freshness.")
  private RoleName role;

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      defaultValue = "ed25519",
      description = "Algorithm of the new key: ed25519 (default) or ecdsa-p256.")
  private AlgorithmName algorithm;

  @Option(
      names = "--retire",
      paramLabel = "KEY_ID",
      description = "A key that loses its role at the same time; repeatable.")
  private List<String> retired = new ArrayList<>();

  public KeysRotateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    List<RootChange> retiring = retired.stream().<RootChange>map(RootChange.Retire::new).toList();
    return ceremony.take(
        terminal,
        steps -> steps.rotate(role, algorithm.algorithm(), retiring, ceremony.terms(terminal)));
  }
}
