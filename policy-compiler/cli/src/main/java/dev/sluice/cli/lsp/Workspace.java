package dev.sluice.cli.lsp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.cli.input.SettingsFile;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.SourceFiles;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.validate.SettingsReader;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// The folder an editor works in, with the texts it has open in place of those on disk.
final class Workspace {

  private final Map<Path, String> open = new ConcurrentHashMap<>();
  private volatile Path root = Path.of("").toAbsolutePath();
  private volatile Snapshot current = Snapshot.empty();
  private final Compiler.Memory memory = new Compiler.Memory();
  private final SourceFiles.Memory files = new SourceFiles.Memory();
  private final InstantSource clock;

  Workspace(InstantSource clock) {
    this.clock = clock;
  }

  void root(Path folder) {
    root = folder.toAbsolutePath().normalize();
  }

  void put(Path file, String text) {
    open.put(file, text);
  }

  /// The text on disk counts again.
  void forget(Path file) {
    open.remove(file);
  }

  /// What the last compilation said.
  Snapshot current() {
    return current;
  }

  /// Compiles everything as it stands.
  Snapshot compile() {
    var problems = new Diagnostics();
    SourceTree tree =
        overlaid(
            SourceFiles.load(
                List.of(root.toString()), InputStream.nullInputStream(), problems, files));
    Optional<SourceFile> settingsFile = settingsFile(tree, problems);
    Optional<MeshSettings> settings =
        settingsFile.isEmpty()
            ? Optional.of(MeshSettings.defaults())
            : SettingsReader.read(settingsFile.get(), problems);
    Optional<Compilation> compilation =
        settings.map(valid ->
            Compiler.compile(
                tree,
                valid,
                problems,
                LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC),
                memory));
    current =
        compilation
            .map(done -> Snapshot.of(tree, done))
            .orElseGet(() -> Snapshot.misconfigured(tree, problems.sorted()));
    return current;
  }

  private SourceTree overlaid(SourceTree onDisk) {
    var files = new TreeMap<String, SourceFile>();
    onDisk.files().forEach(file -> files.put(file.path(), file));
    open.forEach((path, text) -> {
      if (path.startsWith(root)) {
        files.put(path.toString(), new SourceFile(path.toString(), text.getBytes(UTF_8)));
      }
    });
    return new SourceTree(List.copyOf(files.values()));
  }

  private Optional<SourceFile> settingsFile(SourceTree tree, Diagnostics problems) {
    return SettingsFile.nearest(root.toString())
        .flatMap(path ->
            tree.files().stream()
                .filter(file -> file.path().equals(path.toString()))
                .findFirst()
                .or(() -> SourceFiles.loadFile(path, problems).files().stream().findFirst()));
  }
}
