package dev.sluice.runtime.bundle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What a directory looked like: differs when a file in it, or what a link leads to, was changed.
record DirectoryStamp(List<String> entries) {

  /// Files that are looked at; a bundle with more is told apart by its first ones and its link.
  private static final int MOST_FILES = 4_096;

  private static final int DEEPEST = 8;

  static DirectoryStamp of(Path directory) {
    try (Stream<Path> files = Files.walk(directory.toRealPath(), DEEPEST)) {
      return new DirectoryStamp(
          files.limit(MOST_FILES).map(DirectoryStamp::describe).sorted().toList());
    } catch (IOException | UncheckedIOException gone) {
      // The loader says why when it opens the directory; here it only counts that this is a state.
      return new DirectoryStamp(List.of());
    }
  }

  private static String describe(Path file) {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return file
          + " "
          + attributes.fileKey()
          + " "
          + attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)
          + " "
          + attributes.size();
    } catch (IOException gone) {
      return file + " gone";
    }
  }
}
