package dev.sluice.bench.pods;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What Linux knows of a process. Source: proc(5).
final class ProcessFacts {

  /// `sysconf(_SC_CLK_TCK)`, 100 on every Linux this runs on.
  private static final long MILLIS_PER_TICK = 10;

  private static final int USER_TICKS = 11;

  private ProcessFacts() {}

  /// CPU time used by the process itself, user and system.
  static long cpuMillis(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[USER_TICKS + 1]);
    return ticks * MILLIS_PER_TICK;
  }

  /// Resident memory.
  static long residentKib(long pid) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> line.replaceAll("[^0-9]", ""))
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElse(0);
    }
  }

  /// The most file descriptors a process that is started here may open.
  static int descriptorLimit() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
      return lines
          .filter(line -> line.startsWith("Max open files"))
          .map(line -> line.strip().split(" +", -1))
          .mapToInt(words -> words[4].equals("unlimited") ? 1 << 20 : Integer.parseInt(words[4]))
          .findFirst()
          .orElse(1_024);
    }
  }

  /// Open file descriptors.
  static long descriptors(long pid) throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return open.count();
    }
  }
}
