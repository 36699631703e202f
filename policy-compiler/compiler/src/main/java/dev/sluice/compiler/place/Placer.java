package dev.sluice.compiler.place;

import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.place.Locality.Localities;
import dev.sluice.compiler.source.Remembered;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Guard;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Finds for each policy the enforcement points whose composition is its intent on every path.
public final class Placer {

  /// Fewer policies are not worth a second thread.
  private static final int MANY = 256;

  private final LinkedMesh mesh;
  private final GuardPlanner guards;
  private final PeerConversion conversion;

  private Placer(LinkedMesh mesh, List<Guard> admissions, PeerConversion conversion) {
    this.mesh = mesh;
    this.guards = new GuardPlanner(mesh, admissions);
    this.conversion = conversion;
  }

  /// A placement with what was found on the way.
  private record Placed(
      Placement placement,
      Diagnostics findings,
      List<AuthorizationPolicy> substitutes,
      Object basis) {}

  /// What placing leaves for the next time: a policy is placed again only when it changed or what
  /// it is placed on.
  ///
  /// Confined to the thread that compiles; holds what the last mesh held.
  public static final class Memory {
    private @Nullable Localities localities;
    private final Remembered<LinkedPolicy, Placed> placed = new Remembered<>();
  }

  /// Places every policy of a mesh that will not be placed again.
  public static PlacedMesh place(LinkedMesh mesh, Diagnostics problems) {
    return place(mesh, problems, new Memory());
  }

  /// Places every policy; one that no proxy on some path could enforce is reported with the fix.
  ///
  /// Policies are placed side by side when there are many; all comes out in the order of the tree.
  public static PlacedMesh place(LinkedMesh mesh, Diagnostics problems, Memory memory) {
    var conversion = new PeerConversion(mesh);
    Localities localities = Localities.of(mesh, conversion, memory.localities);
    var placer = new Placer(mesh, localities.admissions(), conversion);
    List<LinkedPolicy> policies = mesh.policies();
    List<@Nullable Placed> known = memory.placed.of(policies);
    IntStream numbers = IntStream.range(0, policies.size());
    List<Placed> all =
        (policies.size() < MANY ? numbers : numbers.parallel())
            .mapToObj(i -> placer.place(policies.get(i), known.get(i), localities))
            .toList();
    memory.localities = localities;
    memory.placed.keep(policies, all);
    var placements = new ArrayList<Placement>(all.size());
    var substitutes = new ArrayList<AuthorizationPolicy>();
    for (Placed placed : all) {
      placements.add(placed.placement());
      substitutes.addAll(placed.substitutes());
      problems.addAll(placed.findings());
    }
    return new PlacedMesh(mesh, placements, localities.admissions(), substitutes);
  }

  /// Places a policy, or takes where it was placed on the same basis before.
  private Placed place(LinkedPolicy policy, @Nullable Placed before, Localities localities) {
    Object basis = localities.basis(policy);
    return before != null && before.basis().equals(basis) ? before : place(policy, basis);
  }

  private Placed place(LinkedPolicy policy, Object basis) {
    var problems = new Diagnostics();
    var substitutes = new ArrayList<AuthorizationPolicy>();
    Trial.reportWithoutEffect(policy.syntax(), problems);
    new CanaryChecks(mesh, problems).check(policy);
    var others = new OtherPlacements(mesh, guards, conversion, problems);
    Placement placement =
        switch (policy) {
          case LinkedPolicy.Authorization ap ->
              new AuthorizationPlacement(mesh, guards, substitutes, problems).place(ap);
          case LinkedPolicy.PeerAuth pa -> others.place(pa);
          case LinkedPolicy.RequestAuth ra -> others.place(ra);
          case LinkedPolicy.Route route -> others.place(route);
        };
    return new Placed(placement, problems, List.copyOf(substitutes), basis);
  }
}
