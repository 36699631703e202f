package dev.sluice.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.Compiler.Memory;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.SourceFiles;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.settings.MeshSettings.OnMissingWaypoint;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import java.io.InputStream;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A memory changes how long compiling takes and nothing else.
class MemoryTest {

  private static final MeshSettings STRICT = MeshSettings.defaults();
  private static final MeshSettings LOWERING =
      new MeshSettings(
          STRICT.trustDomain(),
          STRICT.trustDomainAliases(),
          STRICT.rootNamespace(),
          STRICT.clusterDomain(),
          STRICT.pathNormalization(),
          OnMissingWaypoint.DENY,
          List.of("provider"),
          STRICT.bundle(),
          List.of());

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void compiling_with_a_memory_of_other_trees_gives_the_same(long seed) {
    var random = new Random(seed);
    List<SourceFile> pool = pool();
    var files = new TreeMap<String, SourceFile>();
    var memory = new Memory();
    for (int round = 0; round < 60; round++) {
      edit(files, pool, random);
      var tree = new SourceTree(List.copyOf(files.values()));
      MeshSettings settings = random.nextInt(5) == 0 ? LOWERING : STRICT;

      Compilation remembered = compile(tree, settings, memory);
      Compilation fresh = compile(tree, settings, new Memory());
      assertThat(remembered.findings()).isEqualTo(fresh.findings());
      assertThat(remembered.summary()).isEqualTo(fresh.summary());
      assertThat(remembered.placements()).isEqualTo(fresh.placements());
      assertThat(remembered.shards()).isEqualTo(fresh.shards());
    }
  }

  /// Adds, removes, and gives a file the content of another, under its old name.
  private static void edit(Map<String, SourceFile> files, List<SourceFile> pool, Random random) {
    for (int i = random.nextInt(4); i >= 0; i--) {
      SourceFile one = pool.get(random.nextInt(pool.size()));
      switch (random.nextInt(4)) {
        case 0 -> files.remove(one.path());
        case 1 -> {
          SourceFile other = pool.get(random.nextInt(pool.size()));
          files.put(one.path(), new SourceFile(one.path(), other.bytes()));
        }
        default -> files.put(one.path(), one);
      }
    }
  }

  @Test
  void a_file_that_did_not_change_is_not_read_again() {
    var tree = new SourceTree(pool());
    var memory = new Memory();
    Compilation first = compile(tree, STRICT, memory);
    Compilation second = compile(new SourceTree(pool()), STRICT, memory);

    assertThat(first.placements()).isNotEmpty();
    for (int i = 0; i < first.placements().size(); i++) {
      assertThat(second.placements().get(i).policy().syntax())
          .isSameAs(first.placements().get(i).policy().syntax());
    }
  }

  private static Compilation compile(SourceTree tree, MeshSettings settings, Memory memory) {
    return Compiler.compile(tree, settings, new Diagnostics(), LocalDate.EPOCH, memory);
  }

  /// The shop, the examples of all kinds, and a chart whose templates may come to be one.
  private static List<SourceFile> pool() {
    String root = System.getProperty("sluice.root", "../..");
    var problems = new Diagnostics();
    var files = new ArrayList<SourceFile>();
    for (String folder : List.of("/examples/shop", "/schemas/examples")) {
      files.addAll(
          SourceFiles.load(List.of(root + folder), InputStream.nullInputStream(), problems)
              .files());
    }
    files.add(new SourceFile("chart/Chart.yaml", "name: chart\nversion: 1.0.0\n".getBytes(UTF_8)));
    files.add(
        new SourceFile(
            "chart/templates/a.yaml",
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: a} # {{ .Values.a }}\n"
                .getBytes(UTF_8)));
    return files;
  }
}
