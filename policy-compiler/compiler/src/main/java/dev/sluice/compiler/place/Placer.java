package dev.sluice.compiler.place;

import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Guard;
import java.util.ArrayList;
import java.util.List;

/// Finds for each policy the enforcement points whose composition is its intent on every path.
public final class Placer {

  private Placer() {}

  /// Places every policy; one that no proxy on some path could enforce is reported with the fix.
  public static PlacedMesh place(LinkedMesh mesh, Diagnostics problems) {
    List<Guard> admissions = Admissions.of(mesh);
    var guards = new GuardPlanner(mesh, admissions);
    var substitutes = new ArrayList<AuthorizationPolicy>();
    var authorization = new AuthorizationPlacement(mesh, guards, substitutes, problems);
    var others = new OtherPlacements(mesh, guards, problems);
    var canaries = new CanaryChecks(mesh, problems);
    var placements = new ArrayList<Placement>();
    for (LinkedPolicy policy : mesh.policies()) {
      Trial.reportWithoutEffect(policy.syntax(), problems);
      canaries.check(policy);
      placements.add(
          switch (policy) {
            case LinkedPolicy.Authorization ap -> authorization.place(ap);
            case LinkedPolicy.PeerAuth pa -> others.place(pa);
            case LinkedPolicy.RequestAuth ra -> others.place(ra);
            case LinkedPolicy.Route route -> others.place(route);
          });
    }
    return new PlacedMesh(mesh, placements, admissions, substitutes);
  }
}
