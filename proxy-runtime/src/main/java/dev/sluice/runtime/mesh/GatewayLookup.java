package dev.sluice.runtime.mesh;

import dev.sluice.runtime.mesh.GatewayAddress.Destination.ByAddress;
import dev.sluice.runtime.mesh.GatewayAddress.Destination.ByHostname;
import java.util.List;

/// Finds what a gateway address stands for: a workload, or the endpoints of a Service.
///
/// @param way how endpoints are going to be reached
record GatewayLookup(StaticMesh mesh, Way way) {

  /// How an endpoint of a gateway is reached.
  enum Way {
    /// As any other endpoint: of another network by that network's gateway.
    ROUTED,
    /// By its own address, whatever network it is of: it is the way into that network.
    DIRECT
  }

  private boolean isReachable(Service service, Workload workload) {
    return switch (way) {
      case ROUTED -> mesh.isReachable(service, workload);
      case DIRECT -> StaticMesh.isServing(service, workload) && !workload.addresses().isEmpty();
    };
  }

  /// Where the Service says nothing of the port, the endpoints take HBONE on that port itself.
  private static Endpoint endpoint(Service service, Workload workload, GatewayAddress gateway) {
    int port = StaticMesh.targetPort(service, workload, gateway.hbonePort());
    return new Endpoint(workload, port == 0 ? gateway.hbonePort() : port);
  }

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
            .filter(workload -> isReachable(service, workload))
            .map(workload -> endpoint(service, workload, gateway))
            .toList();
    if (endpoints.isEmpty()) {
      return new ServingWaypoint.Unresolved(
          gateway, "gateway `" + gateway + "` has no healthy endpoint");
    }
    String name =
        mesh.waypointRunBy(endpoints.getFirst().workload())
            .map(Waypoint::name)
            .orElse(service.name());
    return new ServingWaypoint.Found(service.namespace(), name, service, endpoints);
  }

  private static ServingWaypoint unknown(GatewayAddress gateway) {
    return new ServingWaypoint.Unresolved(gateway, "gateway `" + gateway + "` is unknown");
  }
}
