package dev.sluice.cli.input;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Waits for changes of files and of everything below directories.
///
/// An editor writes a file in several steps, so a change counts when it has been quiet for a
/// moment.
public final class FileWatcher implements AutoCloseable {

  private static final long QUIET_MS = 40;

  private final WatchService service;
  private final List<Path> paths;
  private final Set<Path> registered = new HashSet<>();

  private FileWatcher(WatchService service, List<Path> paths) {
    this.service = service;
    this.paths = List.copyOf(paths);
  }

  /// Watches from now on. A file is watched by its directory, because editors replace files.
  public static FileWatcher of(List<Path> paths) throws IOException {
    var absolute = paths.stream().map(Path::toAbsolutePath).map(Path::normalize).toList();
    var watcher =
        new FileWatcher(java.nio.file.FileSystems.getDefault().newWatchService(), absolute);
    watcher.registerAll();
    return watcher;
  }

  private void registerAll() throws IOException {
    for (Path path : paths) {
      for (Path directory : directories(path)) {
        if (registered.add(directory)) {
          WatchKey key = directory.register(service, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY);
          assert key.isValid();
        }
      }
    }
  }

  private static List<Path> directories(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      Path parent = path.getParent();
      return parent != null && Files.isDirectory(parent) ? List.of(parent) : List.of();
    }
    try (Stream<Path> below = Files.walk(path)) {
      return below.filter(Files::isDirectory).toList();
    }
  }

  /// Waits until something changed; false when the thread was interrupted, which ends the watch.
  public boolean awaitChange() throws IOException {
    try {
      boolean isConcerned = false;
      while (!isConcerned) {
        isConcerned = concerns(service.take());
      }
      for (WatchKey key = service.poll(QUIET_MS, TimeUnit.MILLISECONDS);
          key != null;
          key = service.poll(QUIET_MS, TimeUnit.MILLISECONDS)) {
        isConcerned |= concerns(key);
      }
      registerAll();
      return isConcerned;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Whether the events of a directory are about what is watched; other files may lie beside it.
  private boolean concerns(WatchKey key) {
    Path directory = (Path) key.watchable();
    var changed = new ArrayList<Path>();
    key.pollEvents()
        .forEach(event -> {
          if (event.context() instanceof Path name) {
            changed.add(directory.resolve(name));
          } else {
            changed.add(directory); // the system lost count: anything may have changed
          }
        });
    if (!key.reset()) {
      registered.remove(directory);
    }
    return changed.stream().anyMatch(this::isWatched);
  }

  private boolean isWatched(Path changed) {
    return paths.stream().anyMatch(path -> changed.startsWith(path) || path.startsWith(changed));
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
