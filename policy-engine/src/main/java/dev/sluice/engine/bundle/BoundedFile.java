package dev.sluice.engine.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/// A regular file that is read once, whole, up to a cap, without following a symbolic link.
final class BoundedFile {
  private BoundedFile() {}

  /// What came of reading a file.
  sealed interface Reading {
    /// The whole file.
    record Content(Bytes bytes) implements Reading {}

    /// There is no such file.
    record Missing() implements Reading {}

    /// The file is larger than the cap.
    record TooLarge() implements Reading {}

    /// Not a regular file, or the system refuses to read it.
    record Unreadable(String reason) implements Reading {}
  }

  static Reading read(Path file, int cap) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isRegularFile()) {
        return new Reading.Unreadable("not a regular file");
      }
      if (attributes.size() > cap) {
        return new Reading.TooLarge();
      }
      try (InputStream in = open(file)) {
        // one byte more than allowed: the file may have grown since its size was read
        byte[] bytes = in.readNBytes(cap + 1);
        return bytes.length > cap
            ? new Reading.TooLarge()
            : new Reading.Content(Bytes.owned(bytes));
      }
    } catch (NoSuchFileException _) {
      return new Reading.Missing();
    } catch (IOException failure) {
      return new Reading.Unreadable(failure.getClass().getSimpleName());
    }
  }

  private static InputStream open(Path file) throws IOException {
    return Channels.newInputStream(
        Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
  }
}
