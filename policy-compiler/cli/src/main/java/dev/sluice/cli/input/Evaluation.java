package dev.sluice.cli.input;

import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceTree;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What came of compiling the inputs of a command; `tree` is what was read, for showing findings.
public sealed interface Evaluation {

  /// Findings that say that an input was not read.
  Set<Code> UNREAD = Set.of(Code.FILE_UNREADABLE, Code.NO_FILES);

  SourceTree tree();

  Compilation compilation();

  /// The same with other findings.
  Evaluation with(List<Diagnostic> findings);

  /// The inputs were compiled.
  record Done(SourceTree tree, Compilation compilation, MeshSettings settings)
      implements Evaluation {
    @Override
    public Evaluation with(List<Diagnostic> findings) {
      return new Done(tree, compilation.withFindings(findings), settings);
    }
  }

  /// The mesh settings are wrong, so that nothing could be judged; the compilation holds the
  /// findings about them and nothing else.
  record Misconfigured(SourceTree tree, Compilation compilation) implements Evaluation {

    @Override
    public Evaluation with(List<Diagnostic> findings) {
      return new Misconfigured(tree, compilation.withFindings(findings));
    }

    static Misconfigured of(SourceTree tree, List<Diagnostic> findings) {
      var nothing = new Compilation.Summary(0, 0, 0, 0, Map.of(), Map.of());
      return new Misconfigured(
          tree,
          new Compilation(
              findings, nothing, List.of(), List.of(), List.of(), PlacedMesh.empty(), List.of()));
    }
  }

  /// The same for building a bundle, which must not lack a policy because its target is not known:
  /// such a finding is an error, whoever accepted it.
  default Evaluation forBundle() {
    return switch (this) {
      case Misconfigured misconfigured -> misconfigured;
      case Done(var tree, var compilation, var settings) ->
          new Done(
              tree,
              compilation.withFindings(
                  compilation.findings().stream()
                      .map(finding ->
                          finding.code() == Code.TARGET_UNKNOWN ? finding.asError() : finding)
                      .toList()),
              settings);
    };
  }

  /// What the command exits with, if nothing else goes wrong.
  default ExitCode exitCode(FailOn failOn) {
    List<Diagnostic> findings = compilation().findings();
    if (this instanceof Misconfigured) {
      return ExitCode.USAGE;
    }
    if (findings.stream().anyMatch(finding -> UNREAD.contains(finding.code()))) {
      return ExitCode.NOTHING_EVALUATED;
    }
    if (findings.stream().anyMatch(failOn::isReachedBy)) {
      return ExitCode.FINDINGS;
    }
    return isEmpty() ? ExitCode.NOTHING_EVALUATED : ExitCode.CLEAN;
  }

  /// Whether no document was judged; those of unknown kinds were not.
  default boolean isEmpty() {
    return compilation().summary().policies() + compilation().summary().topology() == 0;
  }
}
