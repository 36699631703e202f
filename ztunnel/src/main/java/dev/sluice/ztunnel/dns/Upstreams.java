package dev.sluice.ztunnel.dns;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The upstream servers of the moment, read again while the process runs: a lease may bring others.
final class Upstreams implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Upstreams.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Path file;
  private final Thread thread;
  private volatile ResolverFile current = new ResolverFile(List.of(), List.of());
  private String problem = "";

  private Upstreams(Path file) {
    this.file = file;
    this.thread = Thread.ofVirtual().name("resolver-file").unstarted(this::watch);
  }

  /// Reads `file` now and every 5 s.
  static Upstreams start(Path file) {
    var upstreams = new Upstreams(file);
    upstreams.read();
    upstreams.thread.start();
    return upstreams;
  }

  ResolverFile current() {
    return current;
  }

  private void read() {
    String found = "";
    try {
      current = ResolverFile.read(file);
      if (current.servers().isEmpty()) {
        found = "it names no server";
      }
    } catch (IOException unreadable) {
      // The servers known so far are better than none.
      found = unreadable.toString();
    }
    if (!found.isEmpty() && !found.equals(problem)) {
      LOG.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("problem", found)
          .log("names outside of the mesh cannot be forwarded");
    }
    problem = found;
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(INTERVAL);
        read();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
