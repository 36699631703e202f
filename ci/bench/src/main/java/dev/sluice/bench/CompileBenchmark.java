package dev.sluice.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The time to compile a whole [Corpus] in a warm JVM, and to compile it again after an edit,
/// beside plain Jackson YAML parsing of the same files, in milliseconds.
///
/// ```
/// mvn -pl ci/bench -am package -DskipTests
/// java -Xmx4g -jar ci/bench/target/sluice-bench.jar CompileBenchmark
/// ```
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(1)
public class CompileBenchmark {

  @Param({"1000", "10000", "100000"})
  int policies;

  private SourceTree tree = new SourceTree(List.of());
  private final Compiler.Memory memory = new Compiler.Memory();
  private long edits;
  private final YAMLMapper yaml = new YAMLMapper();

  /// Makes the tree; nothing is read from disk while measuring.
  @Setup
  public void generate() {
    tree =
        new SourceTree(
            Corpus.of(policies, policies / 5).stream()
                .map(file ->
                    new SourceFile(file.path(), file.text().getBytes(StandardCharsets.UTF_8)))
                .toList());
    Compilation once = compile();
    if (compileAfterEdit().placements().size() != policies
        || once.hasErrors()
        || once.placements().size() != policies) {
      throw new IllegalStateException("the corpus does not compile: " + once.findings());
    }
  }

  /// From bytes to shards, with every check.
  @Benchmark
  public Compilation compile() {
    return Compiler.compile(tree, MeshSettings.defaults());
  }

  /// One policy of the tree changes: the other files are neither read nor checked again.
  @Benchmark
  public Compilation compileAfterEdit() {
    edits++;
    var files = new ArrayList<>(tree.files());
    SourceFile old = files.getLast();
    byte[] bytes =
        (new String(old.bytes(), StandardCharsets.UTF_8) + "# edit " + edits + "\n")
            .getBytes(StandardCharsets.UTF_8);
    files.set(files.size() - 1, new SourceFile(old.path(), bytes));
    return Compiler.compile(
        new SourceTree(files), MeshSettings.defaults(), new Diagnostics(), LocalDate.EPOCH, memory);
  }

  /// The floor: the same bytes as trees of Jackson, without any check.
  @Benchmark
  public int parse() throws IOException {
    int documents = 0;
    for (SourceFile file : tree.files()) {
      try (MappingIterator<JsonNode> parsed =
          yaml.readerFor(JsonNode.class).readValues(file.bytes())) {
        documents += parsed.readAll().size();
      }
    }
    return documents;
  }
}
