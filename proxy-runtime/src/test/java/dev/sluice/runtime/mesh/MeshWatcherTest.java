package dev.sluice.runtime.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.identity.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeshWatcherTest {

  @TempDir Path dir;

  private void write(String yaml) throws IOException {
    Path aside = Files.writeString(dir.resolve("new"), yaml);
    Files.move(aside, dir.resolve("mesh.yaml"), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void a_changed_file_replaces_the_mesh_and_a_broken_one_leaves_it() throws IOException {
    write(MeshFileTest.SHOP);
    var mesh = new LiveMesh(StaticMesh.empty());
    var problems = new AtomicReference<List<String>>(List.of("none told yet"));
    try (var _ =
        MeshWatcher.start(
            new MeshFile(new TrustDomain("cluster.local"), ""),
            dir.resolve("mesh.yaml"),
            mesh,
            problems::set)) {
      assertThat(mesh.current().workloads()).hasSize(4);
      assertThat(problems.get()).isEmpty();

      write("workloads: 7\n");
      await().until(() -> !problems.get().isEmpty());
      assertThat(mesh.current().workloads()).hasSize(4);

      write("workloads: []\n");
      await().until(() -> mesh.current().workloads().isEmpty());
      assertThat(problems.get()).isEmpty();
    }
  }
}
