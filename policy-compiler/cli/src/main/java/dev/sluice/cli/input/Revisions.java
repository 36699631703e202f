package dev.sluice.cli.input;

import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.compare.MeshRevision;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.read.SourceFiles;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.validate.SettingsReader;
import dev.sluice.engine.bundle.Inspection;
import dev.sluice.engine.shard.PolicyShard;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds the two revisions that a comparison names: directories, bundles or git revisions.
public final class Revisions {
  private static final int FINDINGS_SHOWN = 5;
  private static final int MAX_SETTINGS_BYTES = 1 << 20;

  private final Optional<Path> config;
  private final List<String> mesh;

  private Revisions(Optional<Path> config, List<String> mesh) {
    this.config = config;
    this.mesh = List.copyOf(mesh);
  }

  /// What came of it.
  public sealed interface Outcome {
    /// Both compiled.
    record Both(MeshRevision old, MeshRevision now) implements Outcome {}

    /// At least one cannot be judged; the messages say why.
    record Failed(ExitCode code, String message, String help) implements Outcome {}
  }

  /// One revision as it was found.
  private sealed interface Found {
    record Tree(Compilation compilation) implements Found {}

    record Bundle(List<PolicyShard> shards) implements Found {}

    record Nothing(Outcome.Failed failure) implements Found {}
  }

  /// Reads both; `config` and `mesh` hold for both, too.
  public static Outcome load(String old, String now, Optional<Path> config, List<String> mesh) {
    var revisions = new Revisions(config, mesh);
    Found before = revisions.find(old, now);
    Found after = revisions.find(now, old);
    for (Found found : List.of(before, after)) {
      if (found instanceof Found.Nothing(var failure)) {
        return failure;
      }
    }
    Optional<LinkedMesh> topology =
        topology(after).or(() -> topology(before)).or(revisions::extraTopology);
    if (topology.isEmpty()) {
      return new Outcome.Failed(
          ExitCode.USAGE,
          "two bundles say what is decided and not which workloads there are",
          "name the topology they are for: `--mesh FILE`");
    }
    return new Outcome.Both(revision(before, topology.get()), revision(after, topology.get()));
  }

  private static Optional<LinkedMesh> topology(Found found) {
    return found instanceof Found.Tree(var compilation)
        ? Optional.of(compilation.mesh().mesh())
        : Optional.empty();
  }

  private Optional<LinkedMesh> extraTopology() {
    if (mesh.isEmpty()) {
      return Optional.empty();
    }
    var problems = new Diagnostics();
    SourceTree tree = SourceFiles.load(mesh, InputStream.nullInputStream(), problems);
    return Optional.of(Compiler.compile(tree, MeshSettings.defaults(), problems).mesh().mesh());
  }

  private static MeshRevision revision(Found found, LinkedMesh topology) {
    return switch (found) {
      case Found.Tree(var compilation) ->
          new MeshRevision(compilation.mesh(), compilation.shards());
      case Found.Bundle(var shards) -> MeshRevision.ofBundle(shards, topology);
      case Found.Nothing(var failure) -> throw new IllegalStateException(failure.message());
    };
  }

  private Found find(String name, String other) {
    Optional<Path> path = existing(name);
    if (path.isPresent() && isBundle(path.get())) {
      return bundle(path.get());
    }
    var problems = new Diagnostics();
    if (path.isPresent()) {
      Optional<SourceFile> settings = SettingsFile.nearest(name).flatMap(Revisions::read);
      var inputs = new ArrayList<>(List.of(name));
      inputs.addAll(mesh);
      return compiled(
          name,
          SourceFiles.load(inputs, InputStream.nullInputStream(), problems),
          settings,
          problems);
    }
    Path folder = existing(other).filter(Files::isDirectory).orElse(Path.of(""));
    return switch (GitRevision.read(folder.toAbsolutePath(), name)) {
      case GitRevision.Read.Failed(var message, var help) ->
          new Found.Nothing(new Outcome.Failed(ExitCode.NOTHING_EVALUATED, message, help));
      case GitRevision.Read.Files(var files, var settings) -> {
        var all = new ArrayList<>(files);
        all.addAll(SourceFiles.load(mesh, InputStream.nullInputStream(), problems).files());
        yield compiled(name, new SourceTree(all), settings, problems);
      }
    };
  }

  private static Optional<Path> existing(String name) {
    try {
      return name.isEmpty() ? Optional.empty() : Optional.of(Path.of(name)).filter(Files::exists);
    } catch (InvalidPathException notAPath) {
      return Optional.empty();
    }
  }

  private static boolean isBundle(Path path) {
    return Files.isRegularFile(path.resolve("oci-layout"));
  }

  private static Found bundle(Path path) {
    return switch (Inspection.of(path)) {
      case Inspection.Unreadable(var rejection) ->
          new Found.Nothing(
              new Outcome.Failed(
                  ExitCode.NOTHING_EVALUATED,
                  "cannot read the bundle `" + path + "` (" + rejection + ")",
                  ""));
      case Inspection.Claims claims -> {
        boolean isComplete = claims.contents().size() == claims.manifest().contents().size();
        yield isComplete
            ? new Found.Bundle(List.copyOf(claims.contents().values()))
            : new Found.Nothing(
                new Outcome.Failed(
                    ExitCode.NOTHING_EVALUATED,
                    "contents of the bundle `" + path + "` are missing or broken",
                    "`sluice inspect` shows which"));
      }
    };
  }

  private Found compiled(
      String name, SourceTree tree, Optional<SourceFile> nearest, Diagnostics problems) {
    Optional<SourceFile> file = config.flatMap(Revisions::read).or(() -> nearest);
    Optional<MeshSettings> settings =
        file.isEmpty()
            ? Optional.of(MeshSettings.defaults())
            : SettingsReader.read(file.get(), problems);
    if (settings.isEmpty()) {
      return new Found.Nothing(
          new Outcome.Failed(ExitCode.USAGE, "the mesh settings of `" + name + "` are wrong", ""));
    }
    Compilation compilation = Compiler.compile(tree, settings.get(), problems);
    var summary = compilation.summary();
    if (summary.policies() + summary.topology() == 0) {
      return new Found.Nothing(
          new Outcome.Failed(
              ExitCode.NOTHING_EVALUATED,
              "there is no policy and no topology in `" + name + "`",
              "name a directory with Kubernetes objects"));
    }
    return compilation.hasErrors()
        ? new Found.Nothing(erroneous(name, compilation))
        : new Found.Tree(compilation);
  }

  private static Outcome.Failed erroneous(String name, Compilation compilation) {
    List<Diagnostic> errors =
        compilation.findings().stream()
            .filter(f -> f.severity() == Severity.ERROR && f.suppressed() == null)
            .toList();
    boolean isUnreadable = errors.stream().anyMatch(f -> f.code() == Code.FILE_UNREADABLE);
    var words = new StringBuilder("what `" + name + "` decides is not known, it has errors:");
    errors.stream()
        .limit(FINDINGS_SHOWN)
        .forEach(error ->
            words
                .append(" [")
                .append(error.code().id())
                .append("] ")
                .append(error.span())
                .append(": ")
                .append(error.text().message())
                .append(';'));
    return new Outcome.Failed(
        isUnreadable ? ExitCode.NOTHING_EVALUATED : ExitCode.FINDINGS,
        words.substring(0, words.length() - 1)
            + (errors.size() > FINDINGS_SHOWN
                ? " and " + (errors.size() - FINDINGS_SHOWN) + " more"
                : ""),
        "`sluice check` shows each with its place and the way out");
  }

  private static Optional<SourceFile> read(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      return Optional.of(
          new SourceFile(file.toString(), stream.readNBytes(MAX_SETTINGS_BYTES + 1)));
    } catch (IOException unreadable) {
      // the reader of settings refuses what is not there
      return Optional.of(new SourceFile(file.toString(), new byte[0]));
    }
  }
}
