package dev.sluice.verify.node;

import java.util.List;

/// The names of the namespaces of this process, and the end of those a killed one left behind.
final class BedNames {

  private static final String COMMON = "sluice-bed-";

  private BedNames() {}

  /// What the names of all namespaces of this process begin with.
  static String prefix() {
    return COMMON + ProcessHandle.current().pid() + "-";
  }

  /// Every namespace whose name begins with `prefix`.
  static List<String> existing(String prefix) {
    return Shell.must("ip netns list")
        .lines()
        .map(line -> line.split(" ", 2)[0])
        .filter(name -> name.startsWith(prefix))
        .toList();
  }

  /// Ends what runs in a namespace, and the namespace.
  static void end(String name) {
    Shell.run(List.of("ip", "netns", "pids", name))
        .output()
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && line.chars().allMatch(Character::isDigit))
        .map(Long::parseLong)
        .filter(pid -> pid != ProcessHandle.current().pid())
        .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    Shell.run(List.of("ip", "netns", "del", name));
  }

  /// Ends the namespaces of test processes that are no more.
  static void endForgotten() {
    for (String name : existing(COMMON)) {
      String rest = name.substring(COMMON.length());
      int dash = rest.indexOf('-');
      boolean isOurs = dash > 0 && rest.substring(0, dash).chars().allMatch(Character::isDigit);
      if (isOurs && ProcessHandle.of(Long.parseLong(rest.substring(0, dash))).isEmpty()) {
        end(name);
      }
    }
  }
}
