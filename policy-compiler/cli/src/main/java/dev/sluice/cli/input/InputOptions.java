package dev.sluice.cli.input;

import dev.sluice.cli.terminal.Progress;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.SourceFiles;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.validate.SettingsReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The options of every command that compiles policies.
public final class InputOptions {
  private static final int MAX_SETTINGS_BYTES = 1 << 20;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Parameters(
      paramLabel = "PATH",
      arity = "0..*",
      description = {
        "File, directory (.yaml, .yml and .json in it, recursively) or - for standard input;",
        "the working directory when there is none."
      })
  private List<String> paths = new ArrayList<>();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Mesh settings; otherwise the nearest sluice.yaml in the directory of the first PATH or"
              + " above it, within its git work tree.")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = "--mesh",
      paramLabel = "FILE",
      description = "Topology that is not among the PATHs; repeatable.")
  private List<String> mesh = new ArrayList<>();

  /// The inputs as given.
  public List<String> paths() {
    return paths.isEmpty() ? List.of(".") : List.copyOf(paths);
  }

  /// Reads and compiles all inputs.
  public Evaluation evaluate(Terminal terminal) {
    try (var _ = Progress.start(terminal, "checking " + String.join(" ", paths()))) {
      var problems = new Diagnostics();
      Optional<SourceFile> file = settingsFile();
      Optional<MeshSettings> settings =
          file.isEmpty()
              ? Optional.of(MeshSettings.defaults())
              : SettingsReader.read(file.get(), problems);
      if (settings.isEmpty()) {
        var tree = new SourceTree(file.map(List::of).orElse(List.of()));
        return Evaluation.Misconfigured.of(tree, problems.sorted());
      }
      SourceTree tree = SourceFiles.load(everything(), terminal.in(), problems);
      return new Evaluation.Done(
          tree, Compiler.compile(tree, settings.get(), problems), settings.get());
    }
  }

  private List<String> everything() {
    var all = new ArrayList<>(paths());
    all.addAll(mesh);
    for (String path : all) {
      checkName(path);
    }
    return all;
  }

  /// An empty name is a variable that was not set, not the working directory.
  private void checkName(String path) {
    if (path.isEmpty() || !isPath(path)) {
      throw new ParameterException(command.commandLine(), "no path: `" + path + "`");
    }
  }

  private static boolean isPath(String path) {
    try {
      return Path.of(path).getNameCount() >= 0;
    } catch (InvalidPathException _) {
      return false;
    }
  }

  private Optional<SourceFile> settingsFile() {
    checkName(paths().getFirst());
    return config.or(() -> SettingsFile.nearest(paths().getFirst())).map(this::read);
  }

  private SourceFile read(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] bytes = stream.readNBytes(MAX_SETTINGS_BYTES + 1);
      if (bytes.length > MAX_SETTINGS_BYTES) {
        throw refused(file, "more than " + MAX_SETTINGS_BYTES + " bytes");
      }
      return new SourceFile(file.toString(), bytes);
    } catch (IOException failure) {
      throw refused(file, failure.getClass().getSimpleName());
    }
  }

  private ParameterException refused(Path file, String why) {
    return new ParameterException(
        command.commandLine(), "cannot read the settings `" + file + "` (" + why + ")");
  }
}
