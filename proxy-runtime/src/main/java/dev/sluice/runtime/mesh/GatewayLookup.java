package dev.sluice.runtime.mesh;

import dev.sluice.runtime.mesh.GatewayAddress.Destination.ByAddress;
import dev.sluice.runtime.mesh.GatewayAddress.Destination.ByHostname;
import java.util.List;

/// Finds what a gateway address stands for: a workload, or the endpoints of a Service.
record GatewayLookup(StaticMesh mesh) {

  /// A gateway as seen from `namespace`.
  ServingWaypoint find(GatewayAddress gateway, String namespace) {
    return switch (gateway.destination()) {
      case ByAddress at ->
          mesh.workloadAt(at.location())
              .map(workload -> single(workload, gateway))
              .or(() ->
                  mesh.serviceByVip(at.location(), namespace)
                      .map(service -> replicas(service, gateway)))
              .orElseGet(() -> unknown(gateway));
      case ByHostname(var serviceNamespace, var hostname) ->
          mesh.serviceByKey(serviceNamespace + "/" + hostname)
              .map(service -> replicas(service, gateway))
              .orElseGet(() -> unknown(gateway));
    };
  }

  private ServingWaypoint single(Workload workload, GatewayAddress gateway) {
    String name =
        mesh.waypointRunBy(workload).map(Waypoint::name).orElse(workload.origin().canonicalName());
    return new ServingWaypoint.Found(
        workload.namespace(), name, null, List.of(new Endpoint(workload, gateway.hbonePort())));
  }

  private ServingWaypoint replicas(Service service, GatewayAddress gateway) {
    List<Endpoint> endpoints =
        mesh.members(service).stream()
            .filter(workload -> mesh.isReachable(service, workload))
            .map(workload -> new Endpoint(workload, gateway.hbonePort()))
            .toList();
    if (endpoints.isEmpty()) {
      return new ServingWaypoint.Unresolved(
          gateway, "waypoint `" + gateway + "` has no healthy endpoint");
    }
    String name =
        mesh.waypointRunBy(endpoints.getFirst().workload())
            .map(Waypoint::name)
            .orElse(service.name());
    return new ServingWaypoint.Found(service.namespace(), name, service, endpoints);
  }

  private static ServingWaypoint unknown(GatewayAddress gateway) {
    return new ServingWaypoint.Unresolved(gateway, "waypoint `" + gateway + "` is unknown");
  }
}
