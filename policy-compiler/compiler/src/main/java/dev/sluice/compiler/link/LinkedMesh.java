package dev.sluice.compiler.link;

import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.engine.policy.Scope;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The policies and the mesh they talk about.
public record LinkedMesh(
    MeshSettings settings,
    List<LinkedPolicy> policies,
    Map<String, LinkedService> services,
    List<LinkedWorkload> workloads,
    List<Waypoint> waypoints) {

  public LinkedMesh {
    policies = List.copyOf(policies);
    services = Map.copyOf(services);
    workloads = List.copyOf(workloads);
    waypoints = List.copyOf(waypoints);
  }

  /// A Service by namespace and name.
  public Optional<LinkedService> service(String namespace, String name) {
    return Optional.ofNullable(services.get(namespace + "/" + name));
  }

  /// The workloads of the mesh that a scope without targets covers.
  public List<LinkedWorkload> workloadsIn(Scope scope) {
    return workloads.stream()
        .filter(workload -> workload.membership() == LinkedWorkload.Membership.AMBIENT)
        .filter(workload -> scope.covers(workload.destination()))
        .toList();
  }

  /// The workloads of the mesh that are endpoints of a Service.
  public List<LinkedWorkload> endpoints(LinkedService service) {
    return workloads.stream()
        .filter(workload -> workload.membership() == LinkedWorkload.Membership.AMBIENT)
        .filter(workload ->
            service.selects(
                workload.syntax().metadata().namespace(), workload.syntax().podLabels()))
        .toList();
  }

  /// The Services a waypoint serves, by reference.
  public List<LinkedService> servicesOf(Waypoint waypoint) {
    return sorted(services.values()).stream()
        .filter(service -> service.waypoint().filter(waypoint::equals).isPresent())
        .toList();
  }

  /// All Services by reference.
  public List<LinkedService> sortedServices() {
    return sorted(services.values());
  }

  private static List<LinkedService> sorted(Collection<LinkedService> services) {
    return services.stream()
        .sorted(java.util.Comparator.comparing(service -> service.reference().toString()))
        .toList();
  }
}
