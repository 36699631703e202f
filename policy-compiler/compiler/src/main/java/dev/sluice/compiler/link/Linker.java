package dev.sluice.compiler.link;

import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.PolicyDocument;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// Resolves every name in the tree.
public final class Linker {

  private Linker() {}

  /// Links policies to the mesh they talk about; a policy that names nothing real is reported.
  public static LinkedMesh link(
      List<Document> documents, MeshSettings settings, Diagnostics problems) {
    var catalog = new Catalog(documents);
    var binder = new WaypointBinder(catalog, settings, problems);
    var topology = new TopologyLinker(catalog, binder, problems);
    var services = new LinkedHashMap<String, LinkedService>();
    topology.services().forEach(service -> services.put(service.reference().toString(), service));
    List<Waypoint> waypoints =
        catalog.gateways().stream()
            .map(binder::waypoint)
            .flatMap(java.util.Optional::stream)
            .toList();
    var policyLinker = new PolicyLinker(catalog, settings, services, binder, problems);
    var policies = new ArrayList<LinkedPolicy>();
    for (Document document : documents) {
      if (document instanceof PolicyDocument policy) {
        policies.add(policyLinker.link(policy));
      }
    }
    List<LinkedWorkload> workloads = topology.workloads(services.values());
    PeerAuthenticationConflicts.report(policies, workloads, problems);
    return new LinkedMesh(settings, policies, services, workloads, waypoints);
  }
}
