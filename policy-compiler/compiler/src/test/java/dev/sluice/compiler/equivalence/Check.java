package dev.sluice.compiler.equivalence;

import dev.sluice.compiler.equivalence.Composite.Outcome;
import dev.sluice.compiler.equivalence.World.Compiled;
import dev.sluice.compiler.equivalence.World.Part;
import dev.sluice.compiler.equivalence.World.Sound;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.place.Placement;
import dev.sluice.compiler.place.Placement.Layer;
import dev.sluice.compiler.place.Placement.Unenforced;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/// The property on one world: what the author meant is what the proxies decide, and what the plan
/// says is true.
record Check(World world, Optional<Compiled> compiled) {

  static final int ATTEMPTS = 60;

  /// A world that compiles.
  static Check of(Sound sound) {
    return new Check(sound.world(), Optional.of(sound.compiled()));
  }

  /// A world as placement with a fault would have it.
  static Check of(World world, Fault fault) {
    return new Check(world, world.compile(fault));
  }

  /// An attempt on which intent and composite differ.
  record Difference(Attempt attempt, Outcome intent, Outcome composite) {}

  /// The first of the seed's attempts on which they differ.
  Optional<Difference> difference(long seed) {
    if (compiled.isEmpty()) {
      return Optional.empty();
    }
    var attempts = new AttemptGenerator(new Random(seed), world);
    if (attempts.paths().isEmpty()) {
      return Optional.empty();
    }
    for (int i = 0; i < ATTEMPTS; i++) {
      Optional<Difference> found = difference(compiled.get(), attempts.attempt());
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /// Whether they differ on this attempt, if it still leads anywhere in this world.
  boolean differsOn(Attempt attempt) {
    return new AttemptGenerator(new Random(0), world).paths().contains(attempt.path())
        && compiled.flatMap(found -> difference(found, attempt)).isPresent();
  }

  private Optional<Difference> difference(Compiled compiled, Attempt attempt) {
    Outcome intent = new Intent(world).decide(attempt);
    Outcome composite = new Composite(compiled).decide(attempt);
    return intent == composite
        ? Optional.empty()
        : Optional.of(new Difference(attempt, intent, composite));
  }

  /// An attempt that passes although the author, had every workload a proxy that sees HTTP, would
  /// have refused it.
  Optional<Attempt> weakness(long seed) {
    if (compiled.isEmpty()) {
      return Optional.empty();
    }
    var attempts = new AttemptGenerator(new Random(seed), world);
    if (attempts.paths().isEmpty()) {
      return Optional.empty();
    }
    for (int i = 0; i < ATTEMPTS; i++) {
      Attempt attempt = attempts.attempt();
      var intent = new Intent(world);
      // a declared exemption from a guard is an admission of its own
      if (!intent.isExempt(attempt)
          && new Composite(compiled.get()).decide(attempt) == Outcome.ALLOW
          && intent.withoutGuards(attempt) != Outcome.ALLOW) {
        return Optional.of(attempt);
      }
    }
    return Optional.empty();
  }

  /// What the plan says and is not so: enforcement at workloads that no ztunnel captures, or
  /// silence about them.
  List<String> untruths() {
    var untruths = new ArrayList<String>();
    compiled.ifPresent(found ->
        found
            .placed()
            .placements()
            .forEach(placement -> untruths.addAll(untruths(found, placement))));
    return untruths;
  }

  private List<String> untruths(Compiled compiled, Placement placement) {
    if (!(placement.policy() instanceof LinkedPolicy.Authorization policy)
        || !policy.targets().isEmpty()) {
      return List.of();
    }
    Set<String> claimed =
        placement.points().stream()
            .filter(point -> point.layer() == Layer.ZTUNNEL)
            .flatMap(point -> point.workloads().stream())
            .collect(Collectors.toSet());
    Set<String> disclaimed =
        placement.unenforced().stream().map(Unenforced::workload).collect(Collectors.toSet());
    var untruths = new ArrayList<String>();
    for (var workload : world.workloads()) {
      String name = workload.metadata().resource().toString();
      boolean covered =
          policy
              .scope()
              .covers(Destination.direct(workload.metadata().namespace(), workload.podLabels()));
      boolean captured = World.part(workload) == Part.AMBIENT;
      if (claimed.contains(name) && !captured) {
        untruths.add(policy.id() + " is said to be enforced at " + name);
      }
      if (covered && !captured && !disclaimed.contains(name)) {
        untruths.add(policy.id() + " is silent about " + name);
      }
      if (covered && !captured && !isReported(compiled, policy, workload)) {
        untruths.add(policy.id() + " has no finding about " + name);
      }
    }
    return untruths;
  }

  /// Mesh-wide policies meet workloads outside the mesh everywhere: the plan lists them.
  private static boolean isReported(
      Compiled compiled, LinkedPolicy.Authorization policy, Workload workload) {
    boolean told = World.part(workload) == Part.SIDECAR || !(policy.scope() instanceof Scope.Mesh);
    return !told
        || compiled.findings().stream()
            .anyMatch(finding ->
                policy.syntax().metadata().resource().equals(finding.resource())
                    && Set.of("SLU3005", "SLU3012", "SLU3013").contains(finding.code().id()));
  }
}
