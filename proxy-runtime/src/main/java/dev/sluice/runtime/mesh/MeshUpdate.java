package dev.sluice.runtime.mesh;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/// What changes from one snapshot of the mesh to the next; removals come first.
///
/// `removed` holds names as discovery uses them: the uid of a workload, `namespace/hostname` of a
/// Service, or `network/address` of a workload; what is not there is not missed. Policies are named
/// `namespace/name`.
public record MeshUpdate(
    List<Workload> workloads,
    List<Service> services,
    Set<String> removed,
    List<MeshPolicy> policies,
    Set<String> removedPolicies) {

  public MeshUpdate {
    workloads = List.copyOf(workloads);
    services = List.copyOf(services);
    removed = Set.copyOf(removed);
    policies = List.copyOf(policies);
    removedPolicies = Set.copyOf(removedPolicies);
  }

  /// Workloads and Services that are new or have changed, and the names of those that are gone.
  public static MeshUpdate of(
      Collection<Workload> workloads, Collection<Service> services, Collection<String> removed) {
    return new MeshUpdate(
        List.copyOf(workloads), List.copyOf(services), Set.copyOf(removed), List.of(), Set.of());
  }

  /// Policies that are new or have changed, and the names of those that are gone.
  public static MeshUpdate ofPolicies(Collection<MeshPolicy> policies, Collection<String> removed) {
    return new MeshUpdate(
        List.of(), List.of(), Set.of(), List.copyOf(policies), Set.copyOf(removed));
  }
}
