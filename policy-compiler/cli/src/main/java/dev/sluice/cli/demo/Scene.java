package dev.sluice.cli.demo;

import java.io.IOException;

/// One part of the demo on the running mesh.
interface Scene {

  /// What it shows, as a heading.
  String title();

  /// Plays it and reports what was seen.
  void play(Stage stage) throws IOException, InterruptedException;
}
