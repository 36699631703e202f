package dev.sluice.verify.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A network namespace by name.
record Netns(String name) {

  static Netns add(String name) {
    Shell.must("ip netns add " + name);
    Shell.must("ip -n " + name + " link set lo up");
    return new Netns(name);
  }

  Path path() {
    return Path.of("/run/netns", name);
  }

  /// `ip` within it.
  void ip(String command) {
    Shell.must("ip -n " + name + " " + command);
  }

  void sysctl(String... settings) {
    var command = new ArrayList<>(List.of("sysctl", "-qw"));
    command.addAll(List.of(settings));
    Shell.must(inside(command));
  }

  List<String> inside(List<String> command) {
    var all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(command);
    return all;
  }

  Shell.Result run(List<String> command) {
    return Shell.run(inside(command));
  }

  /// Starts a program that goes on; what it prints goes to `log`.
  Process start(Path log, List<String> command) {
    try {
      return new ProcessBuilder(inside(command))
          .redirectErrorStream(true)
          .redirectOutput(log.toFile())
          .start();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
