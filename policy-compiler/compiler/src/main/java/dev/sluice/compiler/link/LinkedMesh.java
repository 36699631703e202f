package dev.sluice.compiler.link;

import dev.sluice.compiler.link.LinkedWorkload.Membership;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.engine.policy.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The policies, the mesh they talk about, and how much of it is known.
///
/// Immutable. What a selector or a waypoint concerns is looked up, not searched for: placing stays
/// linear in the number of policies.
public final class LinkedMesh {

  private final MeshSettings settings;
  private final List<LinkedPolicy> policies;
  private final Population population;

  /// What the mesh consists of, how much of it is known, and where to find what in it.
  static final class Population {
    private final Map<String, LinkedService> services;
    private final List<LinkedWorkload> workloads;
    private final List<Waypoint> waypoints;
    private final KnownTopology topology;
    private final List<LinkedService> sortedServices;
    private final Set<String> namespaces;
    private final Map<String, List<LinkedService>> servicesIn = new HashMap<>();
    private final Map<Waypoint, List<LinkedService>> byWaypoint = new HashMap<>();
    private final LabelIndex<LinkedWorkload> everywhere;
    private final LabelIndex<LinkedWorkload> ambient;
    private final LabelIndex<LinkedWorkload> uncaptured;

    Population(
        Map<String, LinkedService> services,
        List<LinkedWorkload> workloads,
        List<Waypoint> waypoints,
        KnownTopology known) {
      this.services = Map.copyOf(services);
      this.workloads = List.copyOf(workloads);
      this.waypoints = List.copyOf(waypoints);
      topology = known;
      sortedServices =
          services.values().stream()
              .sorted(Comparator.comparing(service -> service.reference().toString()))
              .toList();
      for (LinkedService service : sortedServices) {
        servicesIn.computeIfAbsent(service.namespace(), _ -> new ArrayList<>()).add(service);
        service
            .waypoints()
            .forEach(waypoint ->
                byWaypoint.computeIfAbsent(waypoint, _ -> new ArrayList<>()).add(service));
      }
      everywhere = index(_ -> true);
      var all = new TreeSet<>(servicesIn.keySet());
      workloads.forEach(workload -> all.add(workload.syntax().metadata().namespace()));
      namespaces = Collections.unmodifiableSet(all);
      ambient = index(workload -> workload.membership() == Membership.AMBIENT);
      uncaptured = index(workload -> workload.membership() != Membership.AMBIENT);
    }

    @Nullable LinkedService service(String reference) {
      return services.get(reference);
    }

    List<LinkedWorkload> workloads() {
      return workloads;
    }

    List<LinkedWorkload> workloadsOf(String namespace) {
      return everywhere.in(namespace);
    }

    List<LinkedService> servicesIn(String namespace) {
      return servicesIn.getOrDefault(namespace, List.of());
    }

    private LabelIndex<LinkedWorkload> index(Predicate<LinkedWorkload> which) {
      return new LabelIndex<>(
          workloads.stream().filter(which).toList(),
          workload -> workload.syntax().metadata().namespace(),
          workload -> workload.syntax().podLabels());
    }
  }

  LinkedMesh(MeshSettings settings, List<LinkedPolicy> policies, Population population) {
    this.settings = settings;
    this.policies = List.copyOf(policies);
    this.population = population;
  }

  /// A mesh of which nothing is known.
  public static LinkedMesh empty(MeshSettings settings) {
    var nothing = new KnownTopology(new Catalog(List.of()));
    return new LinkedMesh(
        settings, List.of(), new Population(Map.of(), List.of(), List.of(), nothing));
  }

  /// The same mesh without its policies.
  public LinkedMesh withoutPolicies() {
    return new LinkedMesh(settings, List.of(), population);
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
    return population.services;
  }

  /// All workloads, of the mesh or not.
  public List<LinkedWorkload> workloads() {
    return population.workloads;
  }

  public List<Waypoint> waypoints() {
    return population.waypoints;
  }

  /// How much of the mesh is known.
  public KnownTopology topology() {
    return population.topology;
  }

  /// A Service by namespace and name.
  public Optional<LinkedService> service(String namespace, String name) {
    return Optional.ofNullable(population.services.get(namespace + "/" + name));
  }

  /// All workloads of a namespace, of the mesh or not, in the order of the tree.
  public List<LinkedWorkload> workloadsOf(String namespace) {
    return population.workloadsOf(namespace);
  }

  /// All workloads that a Service selects, of the mesh or not, in the order of the tree.
  public List<LinkedWorkload> selectedBy(LinkedService service) {
    return endpoints(population.everywhere, service);
  }

  /// All workloads that a scope without targets covers, of the mesh or not.
  List<LinkedWorkload> allIn(Scope scope) {
    return covered(population.everywhere, scope);
  }

  /// The workloads of the mesh that a scope without targets covers.
  public List<LinkedWorkload> workloadsIn(Scope scope) {
    return covered(population.ambient, scope);
  }

  /// The workloads that a scope without targets covers and that no ztunnel captures.
  public List<LinkedWorkload> uncapturedIn(Scope scope) {
    return covered(population.uncaptured, scope);
  }

  private static List<LinkedWorkload> covered(LabelIndex<LinkedWorkload> index, Scope scope) {
    List<LinkedWorkload> candidates =
        switch (scope) {
          case Scope.InNamespace(var namespace) -> index.in(namespace);
          case Scope.Selected(var namespace, var labels) -> index.candidates(namespace, labels);
          case Scope.Mesh _, Scope.SelectedAnywhere _ -> index.all();
          case Scope.Addressed _ -> List.of();
        };
    if (!(scope instanceof Scope.Selected) && !(scope instanceof Scope.SelectedAnywhere)) {
      return candidates;
    }
    var covered = new ArrayList<LinkedWorkload>(candidates.size());
    for (LinkedWorkload workload : candidates) {
      if (scope.covers(workload.destination())) {
        covered.add(workload);
      }
    }
    return covered;
  }

  /// The workloads of the mesh that are endpoints of a Service.
  public List<LinkedWorkload> endpoints(LinkedService service) {
    return endpoints(population.ambient, service);
  }

  /// The endpoints of a Service that no ztunnel captures.
  public List<LinkedWorkload> uncapturedEndpoints(LinkedService service) {
    return endpoints(population.uncaptured, service);
  }

  private static List<LinkedWorkload> endpoints(
      LabelIndex<LinkedWorkload> index, LinkedService service) {
    var selected = new ArrayList<LinkedWorkload>();
    for (LinkedWorkload workload : index.candidates(service.namespace(), service.selector())) {
      if (service.selects(service.namespace(), workload.syntax().podLabels())) {
        selected.add(workload);
      }
    }
    return selected;
  }

  /// The Services a waypoint serves, by reference.
  public List<LinkedService> servicesOf(Waypoint waypoint) {
    return population.byWaypoint.getOrDefault(waypoint, List.of());
  }

  /// All Services by reference.
  public List<LinkedService> sortedServices() {
    return population.sortedServices;
  }

  /// The namespaces of all workloads and Services.
  public Set<String> namespaces() {
    return population.namespaces;
  }

  /// The Services of a namespace, by name.
  public List<LinkedService> servicesIn(String namespace) {
    return population.servicesIn(namespace);
  }

  /// Whether nothing but policies differs from another mesh; false may also mean that nobody knows.
  public boolean sharesTopologyWith(LinkedMesh other) {
    return population == other.population && settings.equals(other.settings);
  }
}
