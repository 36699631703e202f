package dev.sluice.compiler;

import dev.sluice.compiler.Compilation.Summary;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.hazard.Hazards;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.Linker;
import dev.sluice.compiler.lower.ShardLowering;
import dev.sluice.compiler.lower.ShardLowering.Shards;
import dev.sluice.compiler.place.Districts;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.place.Placer;
import dev.sluice.compiler.read.ReadTree;
import dev.sluice.compiler.read.TreeReader;
import dev.sluice.compiler.review.Reviewer;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.validate.DocumentValidator;
import dev.sluice.compiler.validate.Suppressions;
import dev.sluice.compiler.validate.Validated;
import dev.sluice.compiler.walk.Walk;
import dev.sluice.engine.shard.PolicyShard;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/// Turns a tree of policies into what the proxies enforce, or says why not.
///
/// Every stage reports all its problems and carries on; shards come out only when no error stands.
public final class Compiler {

  private Compiler() {}

  /// Compiles a tree. Pure: the same tree and settings give the same compilation.
  public static Compilation compile(SourceTree tree, MeshSettings settings) {
    return compile(tree, settings, new Diagnostics());
  }

  /// Compiles a tree, adding to problems found while it was loaded. Without a date no acceptance of
  /// a finding has ended.
  public static Compilation compile(SourceTree tree, MeshSettings settings, Diagnostics problems) {
    return compile(tree, settings, problems, LocalDate.MIN);
  }

  /// Compiles a tree on a day, which decides what acceptances of findings still hold.
  public static Compilation compile(
      SourceTree tree, MeshSettings settings, Diagnostics problems, LocalDate today) {
    return compile(tree, settings, problems, today, new Memory());
  }

  /// What one compilation leaves for the next of nearly the same tree. Confined to one thread.
  public static final class Memory {
    private final TreeReader.Memory files = new TreeReader.Memory();
    private final DocumentValidator.Memory policies = new DocumentValidator.Memory();
    private final Linker.Memory links = new Linker.Memory();
    private final Placer.Memory placements = new Placer.Memory();
    private final Districts.Memory districts = new Districts.Memory();
    private final Reviewer.Memory reviews = new Reviewer.Memory();
    private final ShardLowering.Memory shards = new ShardLowering.Memory();
    private final Hazards.Memory hazards = new Hazards.Memory();
  }

  /// Compiles a tree on a day, beside what is left of an earlier one.
  ///
  /// Files that `memory` has seen before are neither read nor checked again; the outcome is the
  /// same with any memory.
  public static Compilation compile(
      SourceTree tree,
      MeshSettings settings,
      Diagnostics problems,
      LocalDate today,
      Memory memory) {
    ReadTree read = TreeReader.read(tree, problems, memory.files);
    Validated validated = DocumentValidator.validate(read, settings, problems, memory.policies);
    LinkedMesh linked = Linker.link(validated.documents(), settings, problems, memory.links);
    PlacedMesh placed = Placer.place(linked, problems, memory.placements);
    Districts districts = Districts.of(placed, memory.districts);
    Reviewer.review(linked, districts, problems, memory.reviews);
    Optional<Shards> lowered =
        isBuildable(problems)
            ? Optional.of(ShardLowering.lower(placed, districts, memory.shards))
            : Optional.empty();
    Optional<Walk> walk = lowered.map(shards -> Walk.of(placed, shards.all(), shards.ztunnelIn()));
    Hazards.check(linked, districts, walk, problems, memory.hazards);
    Suppressions.apply(validated, settings, problems, today);
    List<PolicyShard> shards =
        isBuildable(problems) ? lowered.map(Shards::all).orElse(List.of()) : List.of();
    var counts = validated.counts();
    return new Compilation(
        problems.sorted(),
        new Summary(
            counts.files(),
            counts.documents(),
            counts.policies(),
            counts.topology(),
            counts.perUnknownKind(),
            counts.perToolFile()),
        placed.placements(),
        validated.invalidPolicies(),
        shards,
        placed,
        validated.tests());
  }

  /// A policy whose target is not known would be in no shard, so a bundle without it must not
  /// exist.
  private static boolean isBuildable(Diagnostics problems) {
    return !problems.hasErrors() && !problems.has(Code.TARGET_UNKNOWN);
  }
}
