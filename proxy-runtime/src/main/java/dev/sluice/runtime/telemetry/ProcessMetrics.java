package dev.sluice.runtime.telemetry;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// File descriptors of the process, open and allowed. Source of names: ztunnel's process metrics.
final class ProcessMetrics {

  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final String LIMIT = "Max open files";

  private ProcessMetrics() {}

  static void register(MeshMetrics metrics) {
    var descriptors = new File("/proc/self/fd");
    double most = limit();
    metrics.gauge(
        "process_open_fds",
        "Open file descriptors",
        () -> {
          String[] open = descriptors.list();
          return open == null ? Double.NaN : open.length;
        });
    metrics.gauge("process_max_fds", "File descriptors that may be open", () -> most);
  }

  /// The soft limit; NaN where it cannot be told.
  private static double limit() {
    try {
      List<String> lines = Files.readAllLines(LIMITS);
      return lines.stream()
          .filter(line -> line.startsWith(LIMIT))
          .map(line -> line.substring(LIMIT.length()).strip())
          .mapToDouble(rest -> soft(rest.substring(0, rest.indexOf(' '))))
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException notLinux) {
      return Double.NaN;
    }
  }

  private static double soft(String text) {
    return text.equals("unlimited") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
  }
}
