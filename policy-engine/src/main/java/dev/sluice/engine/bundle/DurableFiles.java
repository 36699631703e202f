package dev.sluice.engine.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writing that survives a crash at any moment: what a reader sees is the old or the new file,
/// never a part of one.
public final class DurableFiles {
  private DurableFiles() {}

  /// Creates a new file and forces it to disk; the directory entry needs {@link #sync}.
  public static void create(Path file, byte[] bytes, FileAttribute<?>... attributes)
      throws IOException {
    var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(file, options, attributes)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  /// Replaces a file, or creates it: the new bytes are on disk before the name points to them.
  public static void replace(Path file, byte[] bytes, FileAttribute<?>... attributes)
      throws IOException {
    Path staged = beside(file);
    Files.deleteIfExists(staged);
    create(staged, bytes, attributes);
    move(staged, file);
  }

  /// Renames `from` to `to`, replacing what was there, and forces the rename to disk.
  public static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    sync(parent(to));
  }

  /// Points the symbolic link `link` to `target` by rename: readers see the old or the new target.
  public static void link(Path link, Path target) throws IOException {
    Path staged = beside(link);
    Files.deleteIfExists(staged);
    Files.createSymbolicLink(staged, target);
    move(staged, link);
  }

  /// Forces the entries of a directory to disk.
  public static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /// Deletes a file or a whole directory if it exists, without following links.
  public static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static Path beside(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".new");
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("the file system's root is no file");
    }
    return parent;
  }
}
