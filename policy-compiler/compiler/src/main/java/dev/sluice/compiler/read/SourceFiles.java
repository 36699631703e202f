package dev.sluice.compiler.read;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.source.Span;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Collects the files to compile: `.yaml`, `.yml` and `.json`, directories recursively, `-` for
/// standard input.
///
/// Hidden files and directories (`.git`, `.github`) are left out of directories. A symbolic link is
/// followed only to a file inside the directory given.
public final class SourceFiles {

  /// Bytes that all files together may have.
  private static final long MAX_TREE_BYTES = 256L << 20;

  private final Diagnostics diagnostics;
  private final Map<String, SourceFile> files = new TreeMap<>();
  private final Map<Path, String> known = new HashMap<>();
  private long total;

  private SourceFiles(Diagnostics diagnostics) {
    this.diagnostics = diagnostics;
  }

  /// Loads all inputs in path order; what cannot be read is a finding.
  public static SourceTree load(List<String> inputs, InputStream stdin, Diagnostics diagnostics) {
    SourceFiles loader = new SourceFiles(diagnostics);
    for (String input : inputs) {
      if (input.equals("-")) {
        loader.loadStdin(stdin);
      } else {
        loader.loadPath(Path.of(input));
      }
    }
    return new SourceTree(List.copyOf(loader.files.values()));
  }

  /// Loads one file whatever its name.
  public static SourceTree loadFile(Path path, Diagnostics diagnostics) {
    SourceFiles loader = new SourceFiles(diagnostics);
    loader.add(path);
    return new SourceTree(List.copyOf(loader.files.values()));
  }

  private void loadStdin(InputStream stdin) {
    try {
      put("<stdin>", stdin.readNBytes(TextCheck.MAX_FILE_BYTES + 1));
    } catch (IOException e) {
      unreadable("<stdin>", "cannot read standard input: " + e.getMessage());
    }
  }

  private void loadPath(Path path) {
    if (Files.isDirectory(path)) {
      loadDirectory(path);
    } else {
      add(path);
    }
  }

  private void loadDirectory(Path root) {
    Map<String, Path> links = new TreeMap<>();
    try {
      Path realRoot = root.toRealPath();
      Files.walkFileTree(root, new Collector(root, links));
      for (Path link : links.values()) {
        followLink(link, realRoot);
      }
    } catch (IOException e) {
      unreadable(shown(root), "cannot list the directory: " + e.getMessage());
    }
  }

  private void followLink(Path link, Path realRoot) {
    try {
      Path target = link.toRealPath();
      if (!target.startsWith(realRoot)) {
        unreadable(shown(link), "symbolic link leads out of the tree");
      } else if (Files.isRegularFile(target) && !known.containsKey(target)) {
        add(link);
      }
    } catch (IOException e) {
      unreadable(shown(link), "symbolic link leads nowhere");
    }
  }

  private void add(Path path) {
    try {
      Path real = path.toRealPath();
      if (known.putIfAbsent(real, shown(path)) != null) {
        return;
      }
      try (InputStream stream = Files.newInputStream(real)) {
        put(shown(path), stream.readNBytes(TextCheck.MAX_FILE_BYTES + 1));
      }
    } catch (java.nio.file.NoSuchFileException e) {
      unreadable(shown(path), "no such file or directory");
    } catch (IOException e) {
      unreadable(shown(path), "cannot read the file: " + e.getMessage());
    }
  }

  private void put(String path, byte[] bytes) {
    total += bytes.length;
    if (total > MAX_TREE_BYTES) {
      diagnostics.report(
          Code.TOO_LARGE,
          Span.startOf(path),
          null,
          new Text(
              "all files together have more than " + MAX_TREE_BYTES + " bytes",
              "",
              "give fewer files at a time"));
      return;
    }
    files.put(path, new SourceFile(path, bytes));
  }

  private void unreadable(String path, String message) {
    diagnostics.report(
        Code.FILE_UNREADABLE,
        Span.startOf(path),
        null,
        new Text(
            message, "what is not read cannot be judged", "correct the path, or leave it out"));
  }

  private static String shown(Path path) {
    return path.normalize().toString().replace('\\', '/');
  }

  private static boolean hasWantedName(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
  }

  /// Adds plain files at once and remembers links for later.
  private final class Collector extends SimpleFileVisitor<Path> {
    private final Path root;
    private final Map<String, Path> links;

    Collector(Path root, Map<String, Path> links) {
      this.root = root;
      this.links = links;
    }

    private boolean isHidden(Path path) {
      return !path.equals(root) && String.valueOf(path.getFileName()).startsWith(".");
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      return isHidden(directory) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (!isHidden(file) && hasWantedName(file)) {
        if (attributes.isSymbolicLink()) {
          links.put(file.toString(), file);
        } else if (attributes.isRegularFile()) {
          add(file);
        }
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      unreadable(shown(file), "cannot read it: " + e.getMessage());
      return FileVisitResult.CONTINUE;
    }
  }
}
