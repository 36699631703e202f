package dev.sluice.compiler.place;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import dev.sluice.engine.policy.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// All that the placement of a policy which concerns one namespace rests on, beside the policy.
///
/// @param admissions the guards that let waypoints through to the namespace's Services
/// @param meshMode what the mesh-wide PeerAuthentication says
/// @param ownMode what the namespace's says; null without one
record Locality(
    MeshSettings settings,
    List<LinkedWorkload> workloads,
    List<LinkedService> services,
    List<Guard> admissions,
    Topology topology,
    Mode meshMode,
    @Nullable Mode ownMode) {

  /// Whether a workload that is missing from the namespace does not exist.
  enum Topology {
    KNOWN,
    UNKNOWN
  }

  /// The localities of one mesh. One that is as before is the same object as before.
  ///
  /// Safe to share between the threads that place.
  static final class Localities {
    private final LinkedMesh mesh;
    private final PeerConversion conversion;
    private final List<LinkedPolicy> routes;
    private final List<Guard> admissions;
    private final Map<String, List<Guard>> admissionsIn = new HashMap<>();
    private final Map<String, Locality> before;
    private final Map<String, Locality> known = new ConcurrentHashMap<>();
    private final Object everywhere;

    private Localities(LinkedMesh mesh, PeerConversion conversion, @Nullable Localities last) {
      this.mesh = mesh;
      this.conversion = conversion;
      routes = mesh.policies().stream().filter(LinkedPolicy.Route.class::isInstance).toList();
      before = last == null ? Map.of() : last.known;
      if (last != null && mesh.sharesTopologyWith(last.mesh) && routes.equals(last.routes)) {
        admissions = last.admissions;
        everywhere = conversion.equals(last.conversion) ? last.everywhere : new Object();
      } else {
        admissions = Admissions.of(mesh);
        everywhere = new Object();
      }
      for (Guard admission : admissions) {
        admissionsIn
            .computeIfAbsent(admission.id().namespace(), _ -> new ArrayList<>())
            .add(admission);
      }
    }

    static Localities of(LinkedMesh mesh, PeerConversion conversion, @Nullable Localities last) {
      return new Localities(mesh, conversion, last);
    }

    /// One guard per Service that any waypoint forwards to.
    List<Guard> admissions() {
      return admissions;
    }

    /// What the placement of a policy rests on: the same object as long as it is the same.
    Object basis(LinkedPolicy policy) {
      return Reach.isOneNamespace(policy, mesh)
          ? known.computeIfAbsent(policy.syntax().metadata().namespace(), this::locality)
          : everywhere;
    }

    private Locality locality(String namespace) {
      var now =
          new Locality(
              mesh.settings(),
              mesh.workloadsOf(namespace),
              mesh.servicesIn(namespace),
              admissionsIn.getOrDefault(namespace, List.of()),
              mesh.topology().knowsWorkloads(new Scope.InNamespace(namespace))
                  ? Topology.KNOWN
                  : Topology.UNKNOWN,
              conversion.mesh(),
              conversion.namespace(namespace));
      Locality last = before.get(namespace);
      return last != null && last.equals(now) ? last : now;
    }
  }
}
