package dev.sluice.cli.input;

import dev.sluice.cli.cluster.LiveTopology;
import dev.sluice.cli.cluster.LiveTopology.Request;
import dev.sluice.cli.cluster.SnapshotFiles;
import dev.sluice.cli.terminal.Progress;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.SourceFiles;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.traffic.BareMesh;
import dev.sluice.compiler.validate.SettingsReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
      description = {
        "Topology that is not among the PATHs: Kubernetes objects, a file made by `sluice"
            + " snapshot`, or the static mesh file of a proxy; repeatable. What the PATHs say about"
            + " an object wins."
      })
  private List<String> mesh = new ArrayList<>();

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description =
          "Complete the topology from the live cluster of this kubeconfig context; it is only read"
              + " (see `sluice snapshot --help` for what).")
  private Optional<String> context = Optional.empty();

  @Option(
      names = "--strict-topology",
      description =
          "Make it an error when it is unknown whether a policy is enforced, because topology is"
              + " missing.")
  private boolean strictTopology;

  /// Evaluating the same inputs again reads and compiles only what changed.
  private final Compiler.Memory memory = new Compiler.Memory();

  private final SourceFiles.Memory files = new SourceFiles.Memory();
  private final SourceFiles.Memory meshFiles = new SourceFiles.Memory();

  /// Inputs that a command names in its own way; they are read as if they were PATHs.
  public static InputOptions of(
      CommandSpec command, List<String> paths, List<String> mesh, Optional<Path> config) {
    var inputs = new InputOptions();
    inputs.command = command;
    inputs.paths = List.copyOf(paths);
    inputs.mesh = List.copyOf(mesh);
    inputs.config = config;
    return inputs;
  }

  /// The inputs as given.
  public List<String> paths() {
    return paths.isEmpty() ? List.of(".") : List.copyOf(paths);
  }

  /// The files and directories on which the evaluation depends; standard input is none of them.
  public List<Path> watched() {
    var watched = new ArrayList<Path>();
    Stream.concat(paths().stream(), mesh.stream())
        .filter(path -> !path.equals("-"))
        .forEach(path -> watched.add(Path.of(path)));
    config.or(() -> SettingsFile.nearest(paths().getFirst())).ifPresent(watched::add);
    return watched;
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
      SourceTree tree = tree(terminal, problems);
      Compilation compilation =
          Compiler.compile(tree, settings.get(), problems, today(terminal), memory);
      return new Evaluation.Done(
          tree, strictTopology ? strict(compilation) : compilation, settings.get());
    }
  }

  private static LocalDate today(Terminal terminal) {
    return LocalDate.ofInstant(terminal.clock().instant(), ZoneOffset.UTC);
  }

  /// The topology of all inputs without their policies; empty when the settings are wrong.
  public Optional<BareMesh> topology(Terminal terminal, Diagnostics problems) {
    Optional<SourceFile> file = settingsFile();
    Optional<MeshSettings> settings =
        file.isEmpty()
            ? Optional.of(MeshSettings.defaults())
            : SettingsReader.read(file.get(), problems);
    return settings.map(found -> BareMesh.of(tree(terminal, problems), found, problems));
  }

  private static Compilation strict(Compilation compilation) {
    return compilation.withFindings(
        compilation.findings().stream()
            .map(finding -> finding.code().isUnknownVerdict() ? finding.asError() : finding)
            .toList());
  }

  /// The files of the PATHs, and behind them those that only complete the topology.
  private SourceTree tree(Terminal terminal, Diagnostics problems) {
    paths().forEach(this::checkName);
    mesh.forEach(this::checkName);
    SourceTree tree = SourceFiles.load(paths(), terminal.in(), problems, files);
    SourceTree behind = SourceFiles.load(mesh, terminal.in(), problems, meshFiles);
    Set<String> own = tree.files().stream().map(SourceFile::path).collect(Collectors.toSet());
    List<SourceFile> others =
        Stream.concat(behind.files().stream(), cluster(terminal, problems).stream())
            .filter(file -> !own.contains(file.path()))
            .toList();
    return new SourceTree(
        Stream.concat(tree.files().stream(), others.stream()).toList(),
        others.stream().map(SourceFile::path).collect(Collectors.toSet()));
  }

  /// The live cluster as files; one that cannot be read is a finding.
  private List<SourceFile> cluster(Terminal terminal, Diagnostics problems) {
    if (context.isEmpty()) {
      return List.of();
    }
    var request = new Request(context, Collections.emptySortedSet(), LiveTopology.PATIENCE);
    return switch (LiveTopology.read(request, terminal)) {
      case LiveTopology.Outcome.NotConfigured(var message, var help) ->
          throw new ParameterException(command.commandLine(), message + "; " + help);
      case LiveTopology.Outcome.Unreachable(var message, var help) -> {
        problems.report(
            Code.FILE_UNREADABLE,
            Span.startOf(clusterFile(0)),
            null,
            new Text(message, "what is not read cannot be judged", help));
        yield List.of();
      }
      case LiveTopology.Outcome.Captured(var capture) -> {
        List<byte[]> contents = SnapshotFiles.of(capture);
        var files = new ArrayList<SourceFile>();
        for (int i = 0; i < contents.size(); i++) {
          files.add(new SourceFile(clusterFile(i), contents.get(i)));
        }
        yield files;
      }
    };
  }

  private String clusterFile(int index) {
    return "<cluster " + context.orElseThrow() + (index == 0 ? "" : " " + (index + 1)) + ">";
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
