package dev.sluice.cli.input;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Finds the mesh settings that go with an input.
public final class SettingsFile {
  private static final String NAME = "sluice.yaml";
  private static final String REPOSITORY = ".git";

  private SettingsFile() {}

  /// The nearest `sluice.yaml` in the directory of `input` or above, but not outside its git work
  /// tree: what lies there belongs to somebody else.
  ///
  /// The path is relative when `input` is; `-` stands for the working directory.
  public static Optional<Path> nearest(String input) {
    Path given = Path.of(input.equals("-") ? "" : input);
    Path here = Path.of("").toAbsolutePath();
    Path start = given.toAbsolutePath().normalize();
    for (Path folder = Files.isDirectory(start) ? start : start.getParent();
        folder != null;
        folder = folder.getParent()) {
      Path candidate = folder.resolve(NAME);
      if (Files.isRegularFile(candidate)) {
        return Optional.of(given.isAbsolute() ? candidate : here.relativize(candidate));
      }
      if (Files.exists(folder.resolve(REPOSITORY))) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }
}
