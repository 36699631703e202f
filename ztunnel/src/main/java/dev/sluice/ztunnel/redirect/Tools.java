package dev.sluice.ztunnel.redirect;

import dev.sluice.ztunnel.linux.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs programs of the system in the network namespace of a pod.
final class Tools {

  /// What became of a program.
  sealed interface Ran {

    /// It ended well; what it printed.
    record Well(String output) implements Ran {}

    /// It could not run or did not end well.
    record Badly(String problem, String help) implements Ran {}
  }

  private static final long PATIENCE_SECONDS = 30;
  private static final String DISABLED = "/proc/sys/net/ipv6/conf/lo/disable_ipv6";

  private final NetworkNamespace namespace;

  Tools(NetworkNamespace namespace) {
    this.namespace = namespace;
  }

  /// Whether the system has a program.
  static boolean has(String program) {
    String path = System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    return Arrays.stream(path.split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /// Whether loopback of the namespace has IPv6.
  boolean hasIpv6() {
    return namespace.visit(Tools::isIpv6Enabled)
            instanceof NetworkNamespace.Visit.Done<Boolean>(var enabled)
        && enabled;
  }

  private static boolean isIpv6Enabled() {
    try {
      return Files.readString(Path.of(DISABLED)).strip().equals("0");
    } catch (IOException none) {
      // The kernel was booted without IPv6.
      return false;
    }
  }

  /// Runs a program there with `input`.
  Ran run(String input, List<String> command) {
    if (!has("nsenter")) {
      return new Ran.Badly("there is no program `nsenter`", "install util-linux");
    }
    if (!has(command.getFirst())) {
      return new Ran.Badly(
          "there is no program `" + command.getFirst() + "`",
          "install nftables, iptables and iproute2, or choose by --rules what is installed");
    }
    String net = "--net=/proc/" + ProcessHandle.current().pid() + "/fd/" + namespace.descriptor();
    var all = new ArrayList<>(List.of("nsenter", net, "--"));
    all.addAll(command);
    var builder = new ProcessBuilder(all).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    try {
      return communicate(builder.start(), input, String.join(" ", command));
    } catch (IOException impossible) {
      return new Ran.Badly(
          "cannot run `" + String.join(" ", command) + "`: " + impossible.getMessage(),
          "check that processes may be started here");
    }
  }

  private static Ran communicate(Process process, String input, String command) throws IOException {
    try (var to = process.getOutputStream()) {
      to.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Ran.Badly("`" + command + "` does not end", "is another program changing rules");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
      return new Ran.Badly("`" + command + "` was interrupted", "run it again");
    }
    return process.exitValue() == 0
        ? new Ran.Well(output)
        : new Ran.Badly(
            "`" + command + "` failed: " + output.strip().replace('\n', ' '), help(output));
  }

  private static String help(String output) {
    if (output.contains("ermission denied") || output.contains("not permitted")) {
      return "CAP_NET_ADMIN and CAP_SYS_ADMIN are needed: run it as root";
    }
    if (output.contains("etwork is down") || output.contains("etwork is unreachable")) {
      return "bring up loopback in the pod: `ip link set lo up`";
    }
    if (output.contains("No such file") || output.contains("not supported")) {
      return "the kernel lacks a module of the packet filter (nf_nat, nft_redir, xt_REDIRECT,"
          + " xt_CONNMARK, xt_CT); load it on the node";
    }
    return "see what the program says";
  }
}
