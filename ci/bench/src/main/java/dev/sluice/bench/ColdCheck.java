package dev.sluice.bench;

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

/// The time and memory of `sluice check` from process start to end, of a whole [Corpus] and of one
/// file, beside plain Jackson YAML parsing of the same files ([ColdParse]).
///
/// Both are given the same collector, the same compiler and a start-up cache of their own, and take
/// turns. Every figure is the median of several runs, with the least and the most; memory is the
/// peak of the resident set. Arguments: the launcher `sluice` (default `./sluice`), policies
/// (default 10,000), workloads (default a fifth), runs (default 5). Linux only.
public final class ColdCheck {

  private static final List<String> FLAGS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xlog:disable");

  private record Run(Duration wall, Duration cpu, long peakKilobytes) {}

  private final Path launcher;
  private final Path scratch;
  private final int runs;

  private ColdCheck(Path launcher, Path scratch, int runs) {
    this.launcher = launcher;
    this.scratch = scratch;
    this.runs = runs;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path launcher = Path.of(arguments.length > 0 ? arguments[0] : "./sluice").toAbsolutePath();
    int policies = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10_000;
    int workloads = arguments.length > 2 ? Integer.parseInt(arguments[2]) : policies / 5;
    int runs = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 5;
    Path scratch = Files.createTempDirectory("sluice-cold-check");
    try {
      Path tree = scratch.resolve("tree");
      for (Corpus.File file : Corpus.of(policies, workloads)) {
        Path path = tree.resolve(file.path());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.text());
      }
      System.out.printf(
          "%d processors, load %s%n",
          Runtime.getRuntime().availableProcessors(),
          Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
      var cold = new ColdCheck(launcher, scratch, runs);
      cold.train(tree);
      cold.measure(policies + " policies, " + workloads + " workloads", tree);
      cold.measure(
          "one file of 10 policies", tree.resolve("team-000/service-00000-policies-0.yaml"));
    } finally {
      delete(scratch);
    }
  }

  /// Makes the start-up caches: `sluice` makes its own while it builds itself.
  private void train(Path tree) throws IOException, InterruptedException {
    run(parse("-XX:AOTCacheOutput=" + cache(), tree));
    run(List.of(launcher.toString(), "--version"));
  }

  private void measure(String what, Path path) throws IOException, InterruptedException {
    Path report = scratch.resolve("report.json");
    List<String> check =
        List.of(launcher.toString(), "check", path.toString(), "--output", "json=" + report);
    List<String> parse = parse("-XX:AOTCache=" + cache(), path);
    var checks = new ArrayList<Run>();
    var parses = new ArrayList<Run>();
    for (int i = 0; i < runs; i++) {
      checks.add(run(check));
      if (!Files.deleteIfExists(report)) {
        throw new IllegalStateException("check wrote no report");
      }
      parses.add(run(parse));
    }
    System.out.println(what);
    print("sluice check", checks);
    print("Jackson YAML", parses);
    System.out.printf(
        "  ratio          %.2f wall, %.2f CPU%n",
        (double) median(checks, run -> run.wall().toMillis())
            / median(parses, run -> run.wall().toMillis()),
        (double) median(checks, run -> run.cpu().toMillis())
            / median(parses, run -> run.cpu().toMillis()));
  }

  private Path cache() {
    return scratch.resolve("parse.aot");
  }

  private static List<String> parse(String cacheFlag, Path path) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(
        List.of(
            cacheFlag,
            "-cp",
            System.getProperty("java.class.path"),
            ColdParse.class.getName(),
            path.toString()));
    return command;
  }

  private static void print(String who, List<Run> measured) {
    System.out.printf(
        "  %-14s %s ms wall, %s ms CPU, %s MiB%n",
        who,
        spread(measured, run -> run.wall().toMillis()),
        spread(measured, run -> run.cpu().toMillis()),
        spread(measured, run -> run.peakKilobytes() / 1024));
  }

  private static long median(List<Run> runs, ToLongFunction<Run> figure) {
    return runs.stream().mapToLong(figure).sorted().toArray()[runs.size() / 2];
  }

  private static String spread(List<Run> runs, ToLongFunction<Run> figure) {
    long[] sorted = runs.stream().mapToLong(figure).sorted().toArray();
    return sorted[sorted.length / 2] + " (" + sorted[0] + "–" + sorted[sorted.length - 1] + ")";
  }

  private static Run run(List<String> command) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var last = new TreeMap<String, Long>();
    while (process.isAlive()) {
      status(process.pid()).forEach((name, value) -> last.merge(name, value, Math::max));
      Thread.sleep(Duration.ofMillis(2));
    }
    Duration wall = Duration.ofNanos(System.nanoTime() - start);
    if (process.exitValue() > 1) {
      throw new IllegalStateException(command + " ended with " + process.exitValue());
    }
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
