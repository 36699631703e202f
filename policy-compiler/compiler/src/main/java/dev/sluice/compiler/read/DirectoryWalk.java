package dev.sluice.compiler.read;

import dev.sluice.compiler.read.SourceFiles.Candidate;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Finds the files of one directory: plain ones first, links after them, so that a file is known by
/// its own name.
final class DirectoryWalk extends SimpleFileVisitor<Path> {

  private final Path root;
  private final SourceFiles files;
  private final Map<String, Path> links = new TreeMap<>();
  private Path realRoot;
  private boolean found;

  DirectoryWalk(Path root, SourceFiles files) {
    this.root = root;
    this.realRoot = root;
    this.files = files;
  }

  /// Adds what is there to the files; what cannot be read is a finding.
  void run() {
    try {
      realRoot = root.toRealPath();
      Files.walkFileTree(realRoot, this);
    } catch (IOException e) {
      files.unreadable(
          SourceFiles.shown(root), "cannot list the directory: " + SourceFiles.reason(e));
      return;
    }
    links.values().forEach(this::follow);
    if (!found) {
      files.noFiles(root);
    }
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
    return !directory.equals(realRoot) && isHidden(directory)
        ? FileVisitResult.SKIP_SUBTREE
        : FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    if (isHidden(file)) {
      return FileVisitResult.CONTINUE;
    }
    if (attributes.isSymbolicLink()) {
      links.put(file.toString(), file);
    } else if (hasWantedName(file)) {
      found = true;
      if (attributes.isRegularFile()) {
        files.add(new Candidate(shown(file), file, attributes.size()));
      } else {
        files.unreadable(shown(file), "not a regular file");
      }
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) {
    files.unreadable(shown(file), "cannot read it: " + SourceFiles.reason(e));
    return FileVisitResult.CONTINUE;
  }

  private void follow(Path link) {
    try {
      Path target = link.toRealPath();
      boolean directory = Files.isDirectory(target);
      if (!directory && !hasWantedName(link)) {
        return;
      }
      found = true;
      if (!target.startsWith(realRoot)) {
        files.unreadable(shown(link), "symbolic link leads out of the tree");
      } else if (directory && isBelowHidden(target)) {
        files.unreadable(shown(link), "symbolic link leads to a hidden directory");
      } else if (!directory && !files.isKnown(target)) {
        files.add(new Candidate(shown(link), target, Files.size(target)));
      }
    } catch (IOException e) {
      if (hasWantedName(link)) {
        found = true;
        files.unreadable(shown(link), "symbolic link leads nowhere");
      }
    }
  }

  /// Whether the walk left a directory out because of its name, or that of one above it.
  private boolean isBelowHidden(Path target) {
    for (Path name : realRoot.relativize(target)) {
      if (isHidden(name)) {
        return true;
      }
    }
    return false;
  }

  private String shown(Path file) {
    return SourceFiles.shown(root.resolve(realRoot.relativize(file)));
  }

  private static boolean isHidden(Path path) {
    return String.valueOf(path.getFileName()).startsWith(".");
  }

  private static boolean hasWantedName(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
  }
}
