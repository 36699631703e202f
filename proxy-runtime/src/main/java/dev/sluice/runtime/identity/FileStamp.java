package dev.sluice.runtime.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// What a file, or what a link leads to, looked like: differs when it was changed or replaced.
public record FileStamp(String key, long modifiedNanos, long size) {

  /// Empty when there is no such file now.
  public static Optional<FileStamp> of(Path file) {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          new FileStamp(
              String.valueOf(attributes.fileKey()),
              attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
              attributes.size()));
    } catch (IOException gone) {
      // Whoever reads the file says why; between unlink and rename there is none.
      return Optional.empty();
    }
  }
}
