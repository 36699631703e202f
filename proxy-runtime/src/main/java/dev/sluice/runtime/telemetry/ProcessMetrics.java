package dev.sluice.runtime.telemetry;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What the process takes: file descriptors (under the names of ztunnel's process metrics), heap,
/// direct memory and threads.
final class ProcessMetrics {

  private static final File TASKS = new File("/proc/self/task");
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
    metrics.gauge(
        "sluice_heap_used_bytes",
        "Heap in use, garbage included",
        () -> {
          var runtime = Runtime.getRuntime();
          return runtime.totalMemory() - runtime.freeMemory();
        });
    metrics.gauge(
        "sluice_direct_memory_used_bytes",
        "Memory outside of the heap that the pools of buffers hold",
        () ->
            ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider pools
                ? pools.metric().usedDirectMemory()
                : Double.NaN);
    metrics.gauge("sluice_threads", "Platform threads", ProcessMetrics::threads);
  }

  private static double threads() {
    String[] tasks = TASKS.list();
    return tasks == null ? Double.NaN : tasks.length;
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
