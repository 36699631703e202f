package dev.sluice.runtime.mesh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reloads the mesh file when it changes; a broken file leaves the last good mesh and is reported.
///
/// Looks every {@link #INTERVAL} at identity, time and size of the file, which works for files that
/// are replaced by rename and for mounted links alike.
public final class MeshWatcher implements AutoCloseable {

  /// Time between two looks at the file.
  public static final Duration INTERVAL = Duration.ofMillis(200);

  private static final Logger LOG = LoggerFactory.getLogger(MeshWatcher.class);

  private final MeshFile format;
  private final Path file;
  private final LiveMesh mesh;
  private final Consumer<List<String>> onBroken;
  private final Thread thread;
  private @Nullable Stamp last;

  private record Stamp(@Nullable Object key, long modifiedNanos, long size) {}

  private MeshWatcher(MeshFile format, Path file, LiveMesh mesh, Consumer<List<String>> onBroken) {
    this.format = format;
    this.file = file;
    this.mesh = mesh;
    this.onBroken = onBroken;
    this.thread = Thread.ofVirtual().name("mesh-watcher").unstarted(this::watch);
  }

  /// Loads the file, then watches it; `onBroken` gets the problems of each broken state of the file
  /// once, an empty list when it is whole again.
  public static MeshWatcher start(
      MeshFile format, Path file, LiveMesh mesh, Consumer<List<String>> onBroken) {
    var watcher = new MeshWatcher(format, file, mesh, onBroken);
    watcher.look();
    watcher.thread.start();
    return watcher;
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(INTERVAL);
        look();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    // The stamp is taken before the content is read, so that a change between the two is seen.
    Stamp now = stamp();
    if (now != null && !now.equals(last)) {
      last = now;
      try {
        reload();
      } catch (RuntimeException bug) {
        // A bug that one mesh brings out must not end the watching.
        LOG.error("the new mesh could not be taken over", bug);
      }
    }
  }

  private void reload() {
    switch (format.load(file)) {
      case MeshFile.Parsed.Mesh(var next) -> {
        mesh.replace(next);
        onBroken.accept(List.of());
        LOG.atInfo()
            .addKeyValue("workloads", next.workloads().size())
            .addKeyValue("services", next.services().size())
            .log("mesh loaded");
      }
      case MeshFile.Parsed.Broken(var problems) -> {
        onBroken.accept(problems);
        problems.forEach(
            problem -> LOG.atError().addKeyValue("problem", problem).log("mesh file refused"));
      }
    }
  }

  private @Nullable Stamp stamp() {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(
          attributes.fileKey(),
          attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
          attributes.size());
    } catch (IOException gone) {
      // Between unlink and rename there is no file; the next look finds the new one.
      return null;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
