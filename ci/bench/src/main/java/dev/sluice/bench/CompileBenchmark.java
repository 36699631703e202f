package dev.sluice.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.management.OperatingSystemMXBean;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// How fast a whole [Corpus] compiles in a warm JVM and how that grows with its size, how long one
/// edit takes to compile, and how long plain Jackson YAML parsing of the same files takes.
///
/// ```
/// mvn -pl ci/bench -am package -DskipTests
/// java -Xmx4g -cp ci/bench/target/sluice-bench.jar dev.sluice.bench.CompileBenchmark
/// ```
///
/// Arguments: numbers of policies (default 1000, 10000 and 100000), each with a fifth as many
/// workloads. Nothing is read from disk while measuring. Every figure is a median; CPU is that of
/// the whole process, with the collector and the just-in-time compiler, and is what to compare on a
/// machine that others use too.
public final class CompileBenchmark {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /// Policies that are compiled for one figure, in as many runs as that takes.
  private static final int MEASURED_POLICIES = 100_000;

  private static final int MOST_RUNS = 10;
  private static final int EDITS = 40;

  private final int policies;
  private final List<SourceFile> files = new ArrayList<>();
  private final YAMLMapper yaml = new YAMLMapper();
  private final Random random = new Random(20_26);

  private CompileBenchmark(int policies) {
    this.policies = policies;
    for (Corpus.File file : Corpus.of(policies, policies / 5)) {
      files.add(source(file.path(), file.text()));
    }
  }

  /// Milliseconds of one run.
  private record Time(double wall, double cpu) {}

  /// Something to measure.
  private interface Work {
    void run() throws IOException;
  }

  public static void main(String[] arguments) throws IOException {
    int[] sizes =
        arguments.length == 0
            ? new int[] {1_000, 10_000, 100_000}
            : Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
    var warming = new CompileBenchmark(sizes[0]);
    warming.measure(MOST_RUNS, warming::compile);
    warming.measure(MOST_RUNS, warming::parse);
    double first = 0;
    for (int size : sizes) {
      double perPolicy = new CompileBenchmark(size).report(first);
      first = first == 0 ? perPolicy : first;
    }
  }

  /// Prints the figures of one size; returns the CPU time of compiling, per policy.
  private double report(double first) throws IOException {
    int runs = Math.clamp(MEASURED_POLICIES / policies, 3, MOST_RUNS);
    Time parse = measure(runs, this::parse);
    Time compile = measure(runs, this::compile);
    double perPolicy = compile.cpu() / policies;
    var memory = new Compiler.Memory();
    compile(memory);
    Time edit =
        measure(
            EDITS,
            () -> {
              edit();
              compile(memory);
            });
    System.out.printf(
        "%,d policies: compile %,.0f ms (%,.0f ms CPU), %,.0f policies/s;"
            + " YAML alone %,.0f ms (%,.0f ms CPU); one edit %,.1f ms (%,.1f ms CPU);"
            + " CPU per policy %.2f times the first%n",
        policies,
        compile.wall(),
        compile.cpu(),
        policies / compile.wall() * 1000,
        parse.wall(),
        parse.cpu(),
        edit.wall(),
        edit.cpu(),
        first == 0 ? 1 : perPolicy / first);
    return perPolicy;
  }

  private Time measure(int runs, Work work) throws IOException {
    double[] wall = new double[runs];
    double[] cpu = new double[runs];
    for (int i = 0; i < runs; i++) {
      long start = System.nanoTime();
      long used = SYSTEM.getProcessCpuTime();
      work.run();
      cpu[i] = (SYSTEM.getProcessCpuTime() - used) / 1e6;
      wall[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(wall);
    Arrays.sort(cpu);
    return new Time(wall[runs / 2], cpu[runs / 2]);
  }

  /// From bytes to shards, with every check.
  private void compile() {
    compile(new Compiler.Memory());
  }

  private void compile(Compiler.Memory memory) {
    Compilation compiled =
        Compiler.compile(
            new SourceTree(files),
            MeshSettings.defaults(),
            new Diagnostics(),
            LocalDate.EPOCH,
            memory);
    if (compiled.hasErrors() || compiled.placements().size() != policies) {
      throw new IllegalStateException("the corpus does not compile: " + compiled.findings());
    }
  }

  /// Changes a path that some policy names.
  private void edit() {
    int number;
    do {
      number = random.nextInt(files.size());
    } while (!files.get(number).path().contains("policies"));
    SourceFile old = files.get(number);
    String text = new String(old.bytes(), StandardCharsets.UTF_8);
    files.set(number, source(old.path(), text.replace("/items/", "/items/" + random.nextInt(10))));
  }

  private static SourceFile source(String path, String text) {
    return new SourceFile(path, text.getBytes(StandardCharsets.UTF_8));
  }

  /// The floor: the same bytes as trees of Jackson, without any check.
  private void parse() throws IOException {
    int documents = 0;
    for (SourceFile file : files) {
      try (MappingIterator<JsonNode> parsed =
          yaml.readerFor(JsonNode.class).readValues(file.bytes())) {
        documents += parsed.readAll().size();
      }
    }
    if (documents < policies) {
      throw new IllegalStateException("only " + documents + " documents");
    }
  }
}
