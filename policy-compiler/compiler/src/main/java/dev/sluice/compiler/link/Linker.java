package dev.sluice.compiler.link;

import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.PolicyDocument;
import java.util.LinkedHashMap;
import java.util.List;

/// Resolves every name in the tree.
public final class Linker {

  private Linker() {}

  /// Links policies to the mesh they talk about; a policy that names nothing real is reported.
  public static LinkedMesh link(
      List<Document> documents, MeshSettings settings, Diagnostics problems) {
    var catalog = new Catalog(documents);
    var known = new KnownTopology(catalog);
    var binder = new WaypointBinder(catalog, settings, problems);
    var topology = new TopologyLinker(catalog, binder, problems);
    var services = new LinkedHashMap<String, LinkedService>();
    topology.services().forEach(service -> services.put(service.reference().toString(), service));
    List<LinkedWorkload> workloads = topology.workloads(services.values());
    List<Waypoint> waypoints =
        catalog.gateways().stream()
            .map(binder::waypoint)
            .flatMap(java.util.Optional::stream)
            .toList();
    var targets = new TargetResolver(catalog, known, services, binder, problems);
    var policyLinker = new PolicyLinker(settings, targets);
    List<LinkedPolicy> policies =
        documents.stream()
            .filter(PolicyDocument.class::isInstance)
            .map(PolicyDocument.class::cast)
            .map(policyLinker::link)
            .toList();
    var mesh =
        new LinkedMesh(
            settings, policies, new LinkedMesh.Population(services, workloads, waypoints, known));
    PeerAuthenticationConflicts.report(policies, workloads, problems);
    new WorkloadWaypoints(catalog, binder, problems).check(workloads);
    new GatewayLinks(catalog, known, problems).check();
    new NamespaceLinks(catalog, settings, problems).check(documents, known);
    CaptureGaps.report(catalog, problems);
    new IdentityLinks(catalog, known, settings, problems).check(policies);
    new PortLinks(mesh, problems).check(policies);
    return mesh;
  }
}
