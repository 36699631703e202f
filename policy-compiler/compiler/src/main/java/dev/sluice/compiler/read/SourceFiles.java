package dev.sluice.compiler.read;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.source.Span;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Collects the files to compile: `.yaml`, `.yml` and `.json`, directories recursively, `-` for
/// standard input.
///
/// A path that is named is read whatever its name, and through symbolic links. In a directory,
/// hidden files and directories (`.git`, `.github`) are left out, and a symbolic link is followed
/// only to a file inside that directory; a link that leads out of it, leads nowhere, or hides files
/// is a finding. A directory without any file to read is one too. A file reached twice is read
/// once.
public final class SourceFiles {

  /// The name of standard input in findings.
  public static final String STDIN = "<stdin>";

  /// Bytes that all files together may have.
  private static final long MAX_TREE_BYTES = 256L << 20;

  private final Diagnostics diagnostics;
  private final Memory memory;
  private final Map<String, SourceFile> files = new TreeMap<>();
  private final Set<Path> known = new HashSet<>();
  private final List<Candidate> candidates = new ArrayList<>();
  private long total;
  private boolean stdinRead;

  /// A file to read: where it is, its name for the author, and its length in bytes.
  record Candidate(String shown, Path real, long size) {}

  /// What came of reading a candidate: its bytes, or why there are none.
  private record Content(
      Candidate candidate,
      SourceFile file,
      Memory.@Nullable Stamp stamp,
      @Nullable IOException failure) {}

  private SourceFiles(Diagnostics diagnostics, Memory memory) {
    this.diagnostics = diagnostics;
    this.memory = memory;
  }

  /// What loading leaves for the next time: a file with the size, the time of its last change and
  /// the identity of before is not read again.
  ///
  /// A file that had just changed when it was read is not remembered, because another change within
  /// the same tick of the file system's clock would not show. Confined to one thread.
  public static final class Memory {
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private Map<Path, Kept> files = Map.of();

    private record Kept(SourceFile file, Stamp stamp) {}

    /// What tells whether a file changed.
    private record Stamp(long size, FileTime changed, @Nullable Object key) {
      static Stamp of(Path real) throws IOException {
        BasicFileAttributes now = Files.readAttributes(real, BasicFileAttributes.class);
        return new Stamp(now.size(), now.lastModifiedTime(), now.fileKey());
      }

      boolean isSettled(Instant now) {
        return changed.toInstant().plus(SETTLED).isBefore(now);
      }
    }
  }

  /// Loads all inputs in path order; what cannot be read is a finding.
  public static SourceTree load(List<String> inputs, InputStream stdin, Diagnostics diagnostics) {
    return load(inputs, stdin, diagnostics, new Memory());
  }

  /// Loads all inputs in path order, reading only what changed since they were loaded last.
  public static SourceTree load(
      List<String> inputs, InputStream stdin, Diagnostics diagnostics, Memory memory) {
    var loader = new SourceFiles(diagnostics, memory);
    for (String input : inputs) {
      if (input.equals("-")) {
        loader.loadStdin(stdin);
      } else {
        loader.loadPath(Path.of(input));
      }
    }
    return loader.read();
  }

  /// Loads one file whatever its name.
  public static SourceTree loadFile(Path path, Diagnostics diagnostics) {
    var loader = new SourceFiles(diagnostics, new Memory());
    loader.addNamed(path);
    return loader.read();
  }

  private void loadStdin(InputStream stdin) {
    if (stdinRead) {
      return;
    }
    stdinRead = true;
    try {
      byte[] bytes = stdin.readNBytes(TextCheck.MAX_STREAM_BYTES + 1);
      total += bytes.length;
      files.put(STDIN, new SourceFile(STDIN, bytes));
    } catch (IOException e) {
      unreadable(STDIN, "cannot read standard input: " + reason(e));
    }
  }

  private void loadPath(Path path) {
    if (Files.isDirectory(path)) {
      new DirectoryWalk(path, this).run();
    } else {
      addNamed(path);
    }
  }

  /// Adds a file that the author named.
  private void addNamed(Path path) {
    try {
      boolean regular = Files.isRegularFile(path);
      Path real = regular ? path.toRealPath() : path.toAbsolutePath();
      add(new Candidate(shown(path), real, regular ? Files.size(real) : 0));
    } catch (IOException e) {
      unreadable(shown(path), "cannot read the file: " + reason(e));
    }
  }

  /// Adds a file unless it is known by another name.
  void add(Candidate candidate) {
    if (total > MAX_TREE_BYTES || !known.add(candidate.real())) {
      return;
    }
    total += Math.min(candidate.size(), TextCheck.MAX_FILE_BYTES);
    if (total > MAX_TREE_BYTES) {
      tooMuch(candidate.shown());
    } else {
      candidates.add(candidate);
    }
  }

  /// Whether a file was added already.
  boolean isKnown(Path real) {
    return known.contains(real);
  }

  private SourceTree read() {
    Instant now = Instant.now();
    Map<Path, Memory.Kept> known = memory.files;
    var kept = new HashMap<Path, Memory.Kept>();
    for (Content content :
        candidates.parallelStream().map(one -> read(one, known.get(one.real()))).toList()) {
      Candidate candidate = content.candidate();
      Memory.Stamp stamp = content.stamp();
      if (stamp != null && stamp.isSettled(now)) {
        kept.put(candidate.real(), new Memory.Kept(content.file(), stamp));
      }
      switch (content.failure()) {
        case null -> {
          // two files may come to the same name through `..` and links
          SourceFile file = content.file();
          if (files.putIfAbsent(file.path(), file) != null) {
            String name = candidate.real().toString();
            files.put(name, new SourceFile(name, file.bytes()));
          }
        }
        case NoSuchFileException absent -> unreadable(candidate.shown(), reason(absent));
        case IOException failure ->
            unreadable(candidate.shown(), "cannot read the file: " + reason(failure));
      }
    }
    memory.files = kept;
    return new SourceTree(List.copyOf(files.values()));
  }

  /// Reads a file; its stamp is taken before, so that a change while it is read shows the next
  /// time.
  private static Content read(Candidate candidate, Memory.@Nullable Kept before) {
    try {
      var stamp = Memory.Stamp.of(candidate.real());
      if (before != null
          && before.stamp().equals(stamp)
          && before.file().path().equals(candidate.shown())) {
        return new Content(candidate, before.file(), stamp, null);
      }
      try (InputStream stream = Files.newInputStream(candidate.real())) {
        byte[] bytes = stream.readNBytes(TextCheck.MAX_FILE_BYTES + 1);
        return new Content(candidate, new SourceFile(candidate.shown(), bytes), stamp, null);
      }
    } catch (IOException e) {
      return new Content(candidate, new SourceFile(candidate.shown(), new byte[0]), null, e);
    }
  }

  private void tooMuch(String shown) {
    diagnostics.report(
        Code.TOO_LARGE,
        Span.startOf(shown),
        null,
        new Text(
            "all files together have more than " + MAX_TREE_BYTES + " bytes",
            "neither this file nor those after it were read",
            "give fewer files at a time"));
  }

  /// Reports an input that cannot be judged.
  void unreadable(String shown, String message) {
    diagnostics.report(
        Code.FILE_UNREADABLE,
        Span.startOf(shown),
        null,
        new Text(
            message, "what is not read cannot be judged", "correct the path, or leave it out"));
  }

  /// Reports a directory that holds nothing to read.
  void noFiles(Path directory) {
    diagnostics.report(
        Code.NO_FILES,
        Span.startOf(shown(directory)),
        null,
        new Text(
            "directory holds no `.yaml`, `.yml` or `.json` file",
            "a check of nothing would look like a success; hidden files are not read",
            "correct the path, or leave it out"));
  }

  /// The name of a path in findings.
  static String shown(Path path) {
    String name = path.normalize().toString().replace('\\', '/');
    return name.isEmpty() ? "." : name;
  }

  /// What went wrong, in words that do not depend on the operating system.
  static String reason(IOException failure) {
    return switch (failure) {
      case NoSuchFileException _ -> "no such file or directory";
      case AccessDeniedException _ -> "permission denied";
      default -> String.valueOf(failure.getMessage());
    };
  }
}
