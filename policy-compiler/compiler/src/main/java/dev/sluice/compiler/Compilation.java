package dev.sluice.compiler;

import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.place.Placement;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.PolicyTestSyntax;
import dev.sluice.engine.shard.PolicyShard;
import java.util.List;
import java.util.Map;

/// What came out of compiling a tree: every finding, every policy's placement, and what the proxies
/// are given.
///
/// `shards` is empty while an error stands. `mesh` is what policies and topology were linked to,
/// with every placement; it is there for questions about access, even while an error stands.
/// `refused` are the policies that did not get as far as placement; together with `placements` they
/// account for every policy of the tree.
public record Compilation(
    List<Diagnostic> findings,
    Summary summary,
    List<Placement> placements,
    List<Metadata> refused,
    List<PolicyShard> shards,
    PlacedMesh mesh,
    List<PolicyTestSyntax> tests) {

  public Compilation {
    findings = List.copyOf(findings);
    placements = List.copyOf(placements);
    refused = List.copyOf(refused);
    shards = List.copyOf(shards);
    tests = List.copyOf(tests);
  }

  /// How much was looked at. `unknownKinds` counts documents by kind that no stage reads,
  /// `toolFiles` files by role that are for Helm or Kustomize and hold no object.
  public record Summary(
      int files,
      int documents,
      int policies,
      int topology,
      Map<String, Integer> unknownKinds,
      Map<String, Integer> toolFiles) {
    public Summary {
      toolFiles = Map.copyOf(toolFiles);
      unknownKinds = Map.copyOf(unknownKinds);
    }
  }

  /// The same with other findings.
  public Compilation withFindings(List<Diagnostic> others) {
    return new Compilation(others, summary, placements, refused, shards, mesh, tests);
  }

  public boolean hasErrors() {
    return findings.stream()
        .anyMatch(f -> f.severity() == Severity.ERROR && f.suppressed() == null);
  }
}
