package dev.sluice.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// The time and memory of `sluice check` from process start to end: of a whole [Corpus], and of one
/// file.
///
/// Every figure is the median of several runs, with the least and the most. Memory is the peak of
/// the resident set. Arguments: the launcher `sluice` (default `./sluice`), policies (default
/// 10,000), workloads (default a fifth), runs (default 5). Linux only.
public final class ColdCheck {

  private record Run(Duration wall, Duration cpu, long peakKilobytes) {}

  private final Path launcher;
  private final int runs;

  private ColdCheck(Path launcher, int runs) {
    this.launcher = launcher;
    this.runs = runs;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path launcher = Path.of(arguments.length > 0 ? arguments[0] : "./sluice").toAbsolutePath();
    int policies = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10_000;
    int workloads = arguments.length > 2 ? Integer.parseInt(arguments[2]) : policies / 5;
    int runs = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 5;
    Path folder = Files.createTempDirectory("sluice-cold-check");
    try {
      for (Corpus.File file : Corpus.of(policies, workloads)) {
        Path path = folder.resolve(file.path());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.text());
      }
      var cold = new ColdCheck(launcher, runs);
      cold.measure(policies + " policies, " + workloads + " workloads", folder);
      cold.measure(
          "one file of 10 policies", folder.resolve("team-000/service-00000-policies-0.yaml"));
    } finally {
      delete(folder);
    }
  }

  private void measure(String what, Path path) throws IOException, InterruptedException {
    var measured = new ArrayList<Run>();
    for (int i = 0; i < runs; i++) {
      measured.add(run(path));
    }
    System.out.printf(
        "%s: %s ms wall, %s ms CPU, %s MiB%n",
        what,
        spread(measured, run -> run.wall().toMillis()),
        spread(measured, run -> run.cpu().toMillis()),
        spread(measured, run -> run.peakKilobytes() / 1024));
  }

  private static String spread(List<Run> runs, ToLongFunction<Run> figure) {
    long[] sorted = runs.stream().mapToLong(figure).sorted().toArray();
    return sorted[sorted.length / 2] + " (" + sorted[0] + "–" + sorted[sorted.length - 1] + ")";
  }

  private Run run(Path path) throws IOException, InterruptedException {
    File report = File.createTempFile("sluice-cold-check", ".json");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(
                launcher.toString(), "check", path.toString(), "--output", "json=" + report)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var last = new TreeMap<String, Long>();
    while (process.isAlive()) {
      status(process.pid()).forEach((name, value) -> last.merge(name, value, Math::max));
      Thread.sleep(Duration.ofMillis(2));
    }
    Duration wall = Duration.ofNanos(System.nanoTime() - start);
    if (process.exitValue() > 1 || report.length() == 0) {
      throw new IllegalStateException("check ended with " + process.exitValue());
    }
    Files.delete(report.toPath());
    return new Run(
        wall, Duration.ofMillis(last.getOrDefault("cpu", 0L)), last.getOrDefault("VmHWM", 0L));
  }

  /// The peak resident set in KiB and the CPU time in ms, while the process lives.
  private static Map<String, Long> status(long pid) {
    try {
      String[] stat = Files.readString(Path.of("/proc/" + pid + "/stat")).split(" ");
      long ticks = Long.parseLong(stat[13]) + Long.parseLong(stat[14]);
      String peak =
          Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
              .filter(line -> line.startsWith("VmHWM:"))
              .findFirst()
              .orElse("VmHWM: 0");
      return Map.of("cpu", ticks * 10, "VmHWM", Long.parseLong(peak.replaceAll("\\D", "")));
    } catch (IOException ended) {
      return Map.of(); // between the question whether it lives and its answer
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
