package dev.sluice.cli.demo;

import java.io.IOException;

/// Ends the processes and removes the folder of a run, whichever comes first: its end, a failure or
/// Ctrl-C.
final class CleanUp implements AutoCloseable {

  private final DemoFolder folder;
  private final DemoMesh mesh;
  private volatile boolean shuttingDown;
  private final Thread hook = Thread.ofPlatform().name("demo-clean-up").unstarted(this::cleanHook);

  private CleanUp(DemoFolder folder, DemoMesh mesh) {
    this.folder = folder;
    this.mesh = mesh;
  }

  /// From here on, nothing of the run outlives it.
  static CleanUp install(DemoFolder folder, DemoMesh mesh) {
    var cleanUp = new CleanUp(folder, mesh);
    Runtime.getRuntime().addShutdownHook(cleanUp.hook);
    return cleanUp;
  }

  /// Whether the program is on its way out, by Ctrl-C or another signal; what breaks then is no
  /// failure.
  boolean isShuttingDown() {
    return shuttingDown;
  }

  DemoMesh mesh() {
    return mesh;
  }

  private void cleanHook() {
    shuttingDown = true;
    try {
      clean();
    } catch (IOException remains) {
      System.err.println("demo: `" + folder.root() + "` could not be removed: " + remains);
    }
  }

  private synchronized void clean() throws IOException {
    mesh.close();
    folder.delete();
  }

  @Override
  public void close() throws IOException {
    clean();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // the hook runs already and finds nothing left to do
    }
  }
}
