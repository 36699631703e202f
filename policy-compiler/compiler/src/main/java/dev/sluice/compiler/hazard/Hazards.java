package dev.sluice.compiler.hazard;

import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.ResourceRef;
import dev.sluice.compiler.hazard.Surroundings.Walkable;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.link.LinkedPolicy.PeerAuth;
import dev.sluice.compiler.link.LinkedPolicy.RequestAuth;
import dev.sluice.compiler.link.LinkedPolicy.Route;
import dev.sluice.compiler.place.District.Ranked;
import dev.sluice.compiler.place.Districts;
import dev.sluice.compiler.place.Placement;
import dev.sluice.compiler.walk.Walk;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reports what valid policies risk in this mesh.
public final class Hazards {

  private final LinkedMesh mesh;
  private final Districts districts;
  private final Optional<Walk> walk;

  private Hazards(LinkedMesh mesh, Districts districts, Optional<Walk> walk) {
    this.mesh = mesh;
    this.districts = districts;
    this.walk = walk;
  }

  /// What one check leaves for the next: a namespace is looked at again only when it changed, or
  /// something that its traffic may meet.
  ///
  /// Confined to the thread that compiles; holds what the last mesh held.
  public static final class Memory {
    private Map<String, Looked> looked = Map.of();

    /// What was found in a namespace, and what became of findings of other stages there.
    private record Looked(
        Surroundings surroundings,
        List<Diagnostic> findings,
        IdentityHashMap<Diagnostic, Diagnostic> shown) {}
  }

  /// Looks at every policy that is enforced, at one namespace beside the other. There is a walk
  /// through the mesh unless an error stands; without one only what is certain from the policy
  /// itself is said.
  public static void check(
      LinkedMesh mesh,
      Districts districts,
      Optional<Walk> walk,
      Diagnostics problems,
      Memory memory) {
    var hazards = new Hazards(mesh, districts, walk);
    var surroundings =
        new Surroundings.Teller(mesh, districts, walk.isPresent() ? Walkable.YES : Walkable.NO);
    Map<String, Memory.Looked> before = memory.looked;
    List<Memory.Looked> all =
        districts.all().parallelStream()
            .map(district -> {
              Surroundings now = surroundings.of(district);
              Memory.Looked last = before.get(district.namespace());
              return last != null && last.surroundings().equals(now)
                  ? last
                  : new Memory.Looked(
                      now, hazards.of(district.placements()), new IdentityHashMap<>());
            })
            .toList();
    var next = new HashMap<String, Memory.Looked>();
    for (Memory.Looked looked : all) {
      next.put(looked.surroundings().district().namespace(), looked);
      looked.findings().forEach(problems::add);
    }
    memory.looked = next;
    hazards.of(districts.wide()).forEach(problems::add);
    hazards.show(problems, next);
  }

  /// What the policies of some placements risk.
  private List<Diagnostic> of(List<Ranked> placements) {
    var problems = new Diagnostics();
    var questions = new Questions(mesh.settings(), districts, walk);
    var plaintext = new PlaintextHazard(mesh, questions, problems);
    var names = new DenyByName(mesh, questions, problems);
    var rewrites = new RewrittenPaths(questions, problems);
    for (Ranked ranked : placements) {
      Placement placement = ranked.placement();
      if (placement.isOnTrial()) {
        continue;
      }
      switch (placement.policy()) {
        case Authorization policy -> {
          plaintext.check(policy);
          names.check(policy);
        }
        case PeerAuth _, RequestAuth _ -> {}
        case Route route -> rewrites.check(route);
      }
    }
    return problems.all();
  }

  /// Adds witnesses to findings that were made of single documents.
  private void show(Diagnostics problems, Map<String, Memory.Looked> looked) {
    var witnessed = new Witnessed(mesh, new Questions(mesh.settings(), districts, walk));
    problems.replaceAll(finding -> {
      ResourceRef resource = finding.resource();
      if (!Witnessed.mayShow(finding) || resource == null) {
        return finding;
      }
      Memory.Looked own = looked.get(resource.namespace());
      LinkedPolicy local =
          own == null ? null : named(resource, own.surroundings().district().placements());
      if (own != null && local != null) {
        return own.shown().computeIfAbsent(finding, plain -> witnessed.show(plain, local));
      }
      LinkedPolicy wide = named(resource, districts.wide());
      return wide == null ? finding : witnessed.show(finding, wide);
    });
  }

  private static @Nullable LinkedPolicy named(ResourceRef resource, List<Ranked> placements) {
    for (Ranked ranked : placements) {
      LinkedPolicy policy = ranked.placement().policy();
      if (policy.syntax().metadata().resource().equals(resource)) {
        return policy;
      }
    }
    return null;
  }
}
