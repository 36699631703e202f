package dev.sluice.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.Compiler.Memory;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/// Compiling after an edit gives what compiling from nothing gives, whatever was edited before.
class IncrementalTest {

  private static final int EDITS = 30;

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void compiling_after_edits_gives_what_compiling_from_nothing_gives(@ForAll long seed) {
    var mesh = new GrowingMesh(seed);
    var memory = new Memory();
    for (int i = 0; i < EDITS; i++) {
      String edit = mesh.edit();
      var tree = mesh.tree();
      Compilation remembered = compile(tree, mesh.settings(), memory);
      Compilation fresh = compile(tree, mesh.settings(), new Memory());
      String what = "seed " + seed + ", edit " + i + ": " + edit;
      assertThat(remembered.findings()).as(what).isEqualTo(fresh.findings());
      assertThat(remembered.placements()).as(what).isEqualTo(fresh.placements());
      assertThat(remembered.shards()).as(what).isEqualTo(fresh.shards());
      assertThat(remembered.summary()).as(what).isEqualTo(fresh.summary());
      assertThat(remembered.refused()).as(what).isEqualTo(fresh.refused());
    }
  }

  /// The generator is worth something only when its meshes say a lot and often compile.
  @Test
  void generated_meshes_meet_findings_of_many_kinds_and_compile_often() {
    Set<String> codes = new HashSet<>();
    int compiled = 0;
    for (long seed = 0; seed < 25; seed++) {
      var mesh = new GrowingMesh(seed);
      for (int i = 0; i < EDITS; i++) {
        mesh.edit();
      }
      Compilation compilation = compile(mesh.tree(), mesh.settings(), new Memory());
      compilation.findings().forEach(finding -> codes.add(finding.code().id()));
      compiled += compilation.shards().isEmpty() ? 0 : 1;
    }
    assertThat(codes).hasSizeGreaterThan(20);
    assertThat(compiled).isGreaterThan(5);
  }

  @Test
  void what_an_edit_does_not_touch_is_the_same_object_as_before() {
    var mesh = new GrowingMesh(1);
    var memory = new Memory();
    var files = new ArrayList<>(mesh.tree().files());
    Compilation first = compile(new SourceTree(files), MeshSettings.defaults(), memory);
    int edited = 0;
    while (!files.get(edited).path().contains("policy")) {
      edited++;
    }
    String path = files.get(edited).path();
    files.set(
        edited,
        new SourceFile(
            path, (new String(files.get(edited).bytes(), UTF_8) + "# more\n").getBytes(UTF_8)));
    Compilation second = compile(new SourceTree(files), MeshSettings.defaults(), memory);

    assertThat(second.placements()).hasSameSizeAs(first.placements());
    int same = 0;
    for (int i = 0; i < first.placements().size(); i++) {
      var before = first.placements().get(i);
      if (!before.policy().syntax().metadata().span().file().equals(path)) {
        assertThat(second.placements().get(i)).isSameAs(before);
        same++;
      }
    }
    assertThat(same).isEqualTo(first.placements().size() - 1);
  }

  private static Compilation compile(SourceTree tree, MeshSettings settings, Memory memory) {
    return Compiler.compile(tree, settings, new Diagnostics(), LocalDate.EPOCH, memory);
  }
}
