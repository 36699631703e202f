package dev.sluice.verify.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Whether this environment permits what a node bed is made of.
///
/// The answer is left in `ci/verify/target/node-bed.txt` for `.ci/run` to repeat at its end.
final class NamespacesCondition implements ExecutionCondition {

  private static final List<String> PROGRAMS =
      List.of(
          "ip",
          "nsenter",
          "nft",
          "iptables-restore",
          "curl",
          "python3",
          "iperf3",
          "openssl",
          "sysctl");

  private static final Optional<String> OBSTACLE = tell(obstacle());

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return OBSTACLE
        .map(ConditionEvaluationResult::disabled)
        .orElseGet(() -> ConditionEvaluationResult.enabled("network namespaces can be made"));
  }

  private static Optional<String> obstacle() {
    for (String program : PROGRAMS) {
      if (!has(program)) {
        return Optional.of("there is no program `" + program + "`");
      }
    }
    // Its name tells whose it is, should this process be killed now.
    String name = BedNames.prefix() + "probe";
    var made = Shell.run(List.of("ip", "netns", "add", name));
    if (!made.isWell()) {
      return Optional.of("`ip netns add` failed: " + made.output().strip());
    }
    var linked =
        Shell.run(
            List.of("ip", "-n", name, "link", "add", "p0", "type", "veth", "peer", "name", "p1"));
    var ruled =
        Shell.run(List.of("ip", "netns", "exec", name, "nft", "add", "table", "inet", "probe"));
    Shell.must("ip netns del " + name);
    if (!linked.isWell()) {
      return Optional.of("no veth pair can be made: " + linked.output().strip());
    }
    return ruled.isWell()
        ? Optional.empty()
        : Optional.of("no nftables table can be made: " + ruled.output().strip());
  }

  private static boolean has(String program) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  private static Optional<String> tell(Optional<String> obstacle) {
    String line =
        obstacle.map(reason -> "NODE BED NOT RUN: " + reason).orElse("node bed: run in full");
    if (obstacle.isPresent()) {
      System.err.println(line);
    }
    try {
      Path root = Path.of(Objects.requireNonNull(System.getProperty("sluice.root")));
      Path folder = Files.createDirectories(root.resolve("ci/verify/target"));
      Files.writeString(folder.resolve("node-bed.txt"), line + "\n");
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
    return obstacle;
  }
}
