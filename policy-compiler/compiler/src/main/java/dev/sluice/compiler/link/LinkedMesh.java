package dev.sluice.compiler.link;

import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.engine.policy.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// The policies, the mesh they talk about, and how much of it is known.
///
/// Immutable. What a selector or a waypoint concerns is looked up, not searched for: placing stays
/// linear in the number of policies.
public final class LinkedMesh {

  private final MeshSettings settings;
  private final List<LinkedPolicy> policies;
  private final Map<String, LinkedService> services;
  private final List<LinkedWorkload> workloads;
  private final List<Waypoint> waypoints;
  private final KnownTopology topology;
  private final List<LinkedService> sortedServices;
  private final Map<Waypoint, List<LinkedService>> byWaypoint = new HashMap<>();
  private final LabelIndex<LinkedWorkload> everywhere;
  private final LabelIndex<LinkedWorkload> ambient;
  private final LabelIndex<LinkedWorkload> uncaptured;

  /// What the mesh consists of, and how much of it is known.
  record Population(
      Map<String, LinkedService> services,
      List<LinkedWorkload> workloads,
      List<Waypoint> waypoints,
      KnownTopology known) {
    Population {
      services = Map.copyOf(services);
      workloads = List.copyOf(workloads);
      waypoints = List.copyOf(waypoints);
    }
  }

  LinkedMesh(MeshSettings settings, List<LinkedPolicy> policies, Population population) {
    this.settings = settings;
    this.policies = List.copyOf(policies);
    services = population.services();
    workloads = population.workloads();
    waypoints = population.waypoints();
    topology = population.known();
    sortedServices =
        services.values().stream()
            .sorted(Comparator.comparing(service -> service.reference().toString()))
            .toList();
    for (LinkedService service : sortedServices) {
      service
          .waypoints()
          .forEach(waypoint ->
              byWaypoint.computeIfAbsent(waypoint, _ -> new ArrayList<>()).add(service));
    }
    everywhere = index(_ -> true);
    ambient = index(workload -> workload.membership() == LinkedWorkload.Membership.AMBIENT);
    uncaptured = index(workload -> workload.membership() != LinkedWorkload.Membership.AMBIENT);
  }

  private LabelIndex<LinkedWorkload> index(Predicate<LinkedWorkload> which) {
    return new LabelIndex<>(
        workloads.stream().filter(which).toList(),
        workload -> workload.syntax().metadata().namespace(),
        workload -> workload.syntax().podLabels());
  }

  /// A mesh of which nothing is known.
  public static LinkedMesh empty(MeshSettings settings) {
    var nothing = new KnownTopology(new Catalog(List.of()));
    return new LinkedMesh(
        settings, List.of(), new Population(Map.of(), List.of(), List.of(), nothing));
  }

  /// The same mesh without its policies.
  public LinkedMesh withoutPolicies() {
    return new LinkedMesh(
        settings, List.of(), new Population(services, workloads, waypoints, topology));
  }

  public MeshSettings settings() {
    return settings;
  }

  /// All policies in the order of the tree.
  public List<LinkedPolicy> policies() {
    return policies;
  }

  /// All Services by `namespace/name`.
  public Map<String, LinkedService> services() {
    return services;
  }

  /// All workloads, of the mesh or not.
  public List<LinkedWorkload> workloads() {
    return workloads;
  }

  public List<Waypoint> waypoints() {
    return waypoints;
  }

  /// How much of the mesh is known.
  public KnownTopology topology() {
    return topology;
  }

  /// A Service by namespace and name.
  public Optional<LinkedService> service(String namespace, String name) {
    return Optional.ofNullable(services.get(namespace + "/" + name));
  }

  /// All workloads of a namespace, of the mesh or not, in the order of the tree.
  public List<LinkedWorkload> workloadsOf(String namespace) {
    return everywhere.in(namespace);
  }

  /// All workloads that a Service selects, of the mesh or not, in the order of the tree.
  public List<LinkedWorkload> selectedBy(LinkedService service) {
    return endpoints(everywhere, service);
  }

  /// The workloads of the mesh that a scope without targets covers.
  public List<LinkedWorkload> workloadsIn(Scope scope) {
    return covered(ambient, scope);
  }

  /// The workloads that a scope without targets covers and that no ztunnel captures.
  public List<LinkedWorkload> uncapturedIn(Scope scope) {
    return covered(uncaptured, scope);
  }

  private static List<LinkedWorkload> covered(LabelIndex<LinkedWorkload> index, Scope scope) {
    List<LinkedWorkload> candidates =
        switch (scope) {
          case Scope.InNamespace(var namespace) -> index.in(namespace);
          case Scope.Selected(var namespace, var labels) -> index.candidates(namespace, labels);
          case Scope.Mesh _, Scope.SelectedAnywhere _ -> index.all();
          case Scope.Addressed _ -> List.of();
        };
    return candidates.stream().filter(workload -> scope.covers(workload.destination())).toList();
  }

  /// The workloads of the mesh that are endpoints of a Service.
  public List<LinkedWorkload> endpoints(LinkedService service) {
    return endpoints(ambient, service);
  }

  /// The endpoints of a Service that no ztunnel captures.
  public List<LinkedWorkload> uncapturedEndpoints(LinkedService service) {
    return endpoints(uncaptured, service);
  }

  private static List<LinkedWorkload> endpoints(
      LabelIndex<LinkedWorkload> index, LinkedService service) {
    return index.candidates(service.namespace(), service.selector()).stream()
        .filter(workload -> service.selects(service.namespace(), workload.syntax().podLabels()))
        .toList();
  }

  /// The Services a waypoint serves, by reference.
  public List<LinkedService> servicesOf(Waypoint waypoint) {
    return byWaypoint.getOrDefault(waypoint, List.of());
  }

  /// All Services by reference.
  public List<LinkedService> sortedServices() {
    return sortedServices;
  }
}
