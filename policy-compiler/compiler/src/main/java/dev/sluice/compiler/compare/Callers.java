package dev.sluice.compiler.compare;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.engine.identity.SpiffeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The identities that workloads of a mesh have.
final class Callers {
  /// Enough for examples that people know; more would only cost time.
  private static final int EXAMPLES = 64;

  private Callers() {}

  /// What holds for meshes that are looked at together; the last one's settings count.
  static Ground.Setting setting(List<LinkedMesh> meshes) {
    var known = new ArrayList<SpiffeId>();
    Set<SpiffeId> waypoints = new HashSet<>();
    for (LinkedMesh mesh : meshes) {
      known.addAll(identities(mesh));
      mesh.waypoints().forEach(waypoint -> waypoints.add(waypoint.identity()));
    }
    return new Ground.Setting(
        meshes.getLast().settings().pathNormalization(),
        known.stream().distinct().limit(EXAMPLES).toList(),
        waypoints);
  }

  /// The identities of all workloads in the mesh, by name.
  static List<SpiffeId> identities(LinkedMesh mesh) {
    Set<String> principals = new TreeSet<>();
    String domain = mesh.settings().trustDomain().name();
    for (LinkedWorkload workload : mesh.workloads()) {
      if (workload.membership() != LinkedWorkload.Membership.OUTSIDE) {
        String account = workload.syntax().serviceAccount();
        principals.add(
            domain
                + "/ns/"
                + workload.syntax().metadata().namespace()
                + "/sa/"
                + (account.isEmpty() ? "default" : account));
      }
    }
    return principals.stream()
        .flatMap(principal -> SpiffeId.parsePrincipal(principal).stream())
        .toList();
  }
}
