package dev.sluice.compiler.link;

import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.syntax.TopologyDocument;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The objects of a tree that are no policies, linked among each other, and what was found on the
/// way.
///
/// What is as it was in an earlier topology is the same object as there: Services, workloads, and
/// whole localities. May be shared between threads.
final class Topology {

  private final List<TopologyDocument> objects;
  private final MeshSettings settings;
  private final Catalog catalog;
  private final KnownTopology known;
  private final LinkedMesh.Population population;
  private final WaypointBinder binder;
  private final Names names;
  private final Diagnostics findings = new Diagnostics();
  private final Map<String, Locality> before;
  private final Map<String, Locality> localities = new ConcurrentHashMap<>();

  /// The names that peers are checked against.
  private record Names(
      SortedSet<String> namespaces,
      List<String> declared,
      Map<String, SortedSet<String>> accounts,
      Map<String, SortedSet<String>> declaredAccounts,
      List<TopologyDocument.Snapshot> snapshots) {}

  /// All that the names in a policy of one namespace stand for, as long as none of them leads out
  /// of it; but for the names of peers, which `names` holds for all.
  private record Locality(
      MeshSettings settings,
      Names names,
      List<LinkedWorkload> workloads,
      List<LinkedService> services) {}

  private Topology(List<TopologyDocument> objects, MeshSettings settings, @Nullable Topology last) {
    this.objects = List.copyOf(objects);
    this.settings = settings;
    catalog = new Catalog(objects);
    known = new KnownTopology(catalog);
    binder = new WaypointBinder(catalog, settings, findings);
    var linker = new TopologyLinker(catalog, binder, findings);
    var services = new LinkedHashMap<String, LinkedService>();
    for (LinkedService service : linker.services()) {
      String reference = service.reference().toString();
      LinkedService old = last == null ? null : last.population.service(reference);
      services.put(reference, old != null && old.equals(service) ? old : service);
    }
    List<LinkedWorkload> workloads = asBefore(linker.workloads(services.values()), last);
    List<Waypoint> waypoints =
        catalog.gateways().stream().map(binder::waypoint).flatMap(Optional::stream).toList();
    population = new LinkedMesh.Population(services, workloads, waypoints, known);
    names = names(last);
    before = last == null ? Map.of() : last.localities;
    check(workloads);
  }

  /// Links the objects of a tree; `last` itself when they are the same as there.
  static Topology of(
      List<TopologyDocument> objects, MeshSettings settings, @Nullable Topology last) {
    return last != null && settings.equals(last.settings) && objects.equals(last.objects)
        ? last
        : new Topology(objects, settings, last);
  }

  private static List<LinkedWorkload> asBefore(
      List<LinkedWorkload> workloads, @Nullable Topology last) {
    if (last == null) {
      return workloads;
    }
    var old = new IdentityHashMap<Workload, LinkedWorkload>();
    last.population.workloads().forEach(workload -> old.put(workload.syntax(), workload));
    return workloads.stream()
        .map(workload -> {
          LinkedWorkload one = old.get(workload.syntax());
          return one != null && one.equals(workload) ? one : workload;
        })
        .toList();
  }

  private Names names(@Nullable Topology last) {
    SortedSet<String> namespaces = new TreeSet<>(catalog.allNamespaces());
    namespaces.add(settings.rootNamespace());
    namespaces.addAll(IdentityLinks.ALWAYS_THERE);
    var current =
        new Names(
            namespaces,
            List.copyOf(catalog.declaredNamespaces()),
            catalog.accounts(),
            catalog.declaredAccounts(),
            catalog.snapshots());
    return last != null && current.equals(last.names) ? last.names : current;
  }

  private void check(List<LinkedWorkload> workloads) {
    new WorkloadWaypoints(catalog, binder, findings).check(workloads);
    new GatewayLinks(catalog, known, findings).check();
    namespaceLinks(findings).checkWorkloads();
    CaptureGaps.report(catalog, findings);
  }

  MeshSettings settings() {
    return settings;
  }

  LinkedMesh.Population population() {
    return population;
  }

  Diagnostics findings() {
    return findings;
  }

  /// What a policy of a namespace is linked to: the same object as long as it is the same.
  Object locality(String namespace) {
    return localities.computeIfAbsent(
        namespace,
        name -> {
          var current =
              new Locality(
                  settings, names, population.workloadsOf(name), population.servicesIn(name));
          Locality old = before.get(name);
          return old != null && old.equals(current) ? old : current;
        });
  }

  TargetResolver targets(Diagnostics problems) {
    return new TargetResolver(catalog, known, population, binder, problems);
  }

  NamespaceLinks namespaceLinks(Diagnostics problems) {
    return new NamespaceLinks(catalog, known, settings, problems);
  }

  IdentityLinks identityLinks(Diagnostics problems) {
    return new IdentityLinks(catalog, known, names.namespaces(), settings, problems);
  }
}
