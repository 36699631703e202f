package dev.sluice.runtime.mesh;

import dev.sluice.runtime.mesh.GatewayAddress.Destination.ByAddress;
import dev.sluice.runtime.mesh.GatewayAddress.Destination.ByHostname;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The mesh at one moment: immutable, with an index for every question a proxy asks per connection.
public final class StaticMesh {

  private final List<Workload> workloads;
  private final List<Service> services;
  private final List<Waypoint> waypoints;
  private final String network;
  private final Map<InetAddress, Workload> workloadByAddress = new HashMap<>();
  private final Map<String, Workload> workloadByUid = new HashMap<>();
  private final Map<String, Workload> workloadByKey = new HashMap<>();
  private final Map<InetAddress, List<Service>> servicesByVip = new HashMap<>();
  private final Map<String, List<Service>> servicesByHostname = new HashMap<>();
  private final Map<String, Service> serviceByName = new HashMap<>();
  private final Map<String, List<Workload>> workloadsByService = new HashMap<>();
  private final Map<String, Waypoint> waypointByWorkload = new HashMap<>();

  private StaticMesh(
      String network, List<Workload> workloads, List<Service> services, List<Waypoint> waypoints) {
    this.network = network;
    this.workloads = List.copyOf(workloads);
    this.services = List.copyOf(services);
    this.waypoints = List.copyOf(waypoints);
  }

  /// A mesh of these parts, as seen from `network` (empty: the default one).
  public static StaticMesh of(
      String network, List<Workload> workloads, List<Service> services, List<Waypoint> waypoints) {
    var mesh = new StaticMesh(network, workloads, services, waypoints);
    mesh.workloads.forEach(mesh::index);
    mesh.services.forEach(mesh::index);
    for (Waypoint waypoint : waypoints) {
      mesh.waypointByWorkload.put(waypoint.workloadUid(), waypoint);
    }
    return mesh;
  }

  /// A mesh in which nothing is known.
  public static StaticMesh empty() {
    return of("", List.of(), List.of(), List.of());
  }

  private void index(Workload workload) {
    workloadByUid.put(workload.uid(), workload);
    workloadByKey.put(workload.key(), workload);
    if (workload.network().equals(network)) {
      // Pods on the host's network share its address; the first one named answers for it.
      workload.addresses().forEach(address -> workloadByAddress.putIfAbsent(address, workload));
    }
    for (String service : workload.services().keySet()) {
      workloadsByService.computeIfAbsent(service, _ -> new ArrayList<>()).add(workload);
    }
  }

  private void index(Service service) {
    service
        .vips()
        .forEach(vip -> servicesByVip.computeIfAbsent(vip, _ -> new ArrayList<>()).add(service));
    servicesByHostname.computeIfAbsent(service.hostname(), _ -> new ArrayList<>()).add(service);
    serviceByName.put(service.namespace() + "/" + service.name(), service);
  }

  public List<Workload> workloads() {
    return workloads;
  }

  public List<Service> services() {
    return services;
  }

  public List<Waypoint> waypoints() {
    return waypoints;
  }

  /// The workload that owns an address of the own network.
  public Optional<Workload> workload(InetAddress address) {
    return Optional.ofNullable(workloadByAddress.get(address));
  }

  public Optional<Workload> workloadByUid(String uid) {
    return Optional.ofNullable(workloadByUid.get(uid));
  }

  /// The workload named `namespace/name`.
  public Optional<Workload> workload(String namespace, String name) {
    return Optional.ofNullable(workloadByKey.get(namespace + "/" + name));
  }

  /// The Service that owns a virtual address, as seen from a namespace: the own namespace's first,
  /// then the first in the file; Services private to another namespace are not seen.
  public Optional<Service> serviceByVip(InetAddress vip, String clientNamespace) {
    var exact = preferred(servicesByVip.getOrDefault(vip, List.of()), clientNamespace);
    return exact.isPresent() ? exact : serviceByBlock(vip, clientNamespace);
  }

  /// Whether an address is some Service's, visible or not.
  public boolean isVip(InetAddress address) {
    return servicesByVip.containsKey(address);
  }

  private Optional<Service> serviceByBlock(InetAddress address, String clientNamespace) {
    Service best = null;
    int longest = -1;
    for (Service service : services) {
      for (var block : service.cidrVips()) {
        if (block.prefixLength() > longest
            && block.contains(address)
            && isVisible(service, clientNamespace)) {
          best = service;
          longest = block.prefixLength();
        }
      }
    }
    return Optional.ofNullable(best);
  }

  /// The Service with a hostname, as seen from a namespace.
  public Optional<Service> serviceByHostname(String hostname, String clientNamespace) {
    return preferred(servicesByHostname.getOrDefault(hostname, List.of()), clientNamespace);
  }

  /// The Service named `namespace/name`.
  public Optional<Service> service(String namespace, String name) {
    return Optional.ofNullable(serviceByName.get(namespace + "/" + name));
  }

  private static Optional<Service> preferred(List<Service> candidates, String clientNamespace) {
    Service first = null;
    for (Service service : candidates) {
      if (service.namespace().equals(clientNamespace)) {
        return Optional.of(service);
      }
      if (first == null && isVisible(service, clientNamespace)) {
        first = service;
      }
    }
    return Optional.ofNullable(first);
  }

  private static boolean isVisible(Service service, String clientNamespace) {
    return switch (service.visibility()) {
      case PUBLIC -> true;
      case NAMESPACE -> service.namespace().equals(clientNamespace);
    };
  }

  /// The endpoints of a Service that can take a connection to a service port, with the target port:
  /// healthy (unless the Service says otherwise), of the own network, with an address and a port.
  public List<Endpoint> endpoints(Service service, int servicePort) {
    var result = new ArrayList<Endpoint>();
    for (Workload workload : members(service)) {
      int port = targetPort(service, workload, servicePort);
      if (port != 0 && isServing(service, workload)) {
        result.add(new Endpoint(workload, port));
      }
    }
    return Collections.unmodifiableList(result);
  }

  /// Every workload that is an endpoint of a Service, whatever its health.
  public List<Workload> members(Service service) {
    return Collections.unmodifiableList(
        workloadsByService.getOrDefault(service.key(), new ArrayList<>()));
  }

  private boolean isServing(Service service, Workload workload) {
    boolean healthy =
        workload.health() == Workload.Health.HEALTHY
            || service.loadBalancing().healthPolicy() == Service.HealthPolicy.ALLOW_ALL;
    return healthy
        && workload.capacity() > 0
        && workload.network().equals(network)
        && !workload.addresses().isEmpty();
  }

  /// The workload port behind a service port; 0 when there is none.
  public static int targetPort(Service service, Workload workload, int servicePort) {
    var own = workload.services().getOrDefault(service.key(), Map.of()).get(servicePort);
    if (own != null && own != 0) {
      return own;
    }
    return service.ports().getOrDefault(servicePort, 0);
  }

  /// Which waypoint serves traffic to a Service.
  public ServingWaypoint waypointOf(Service service) {
    return resolve(service.waypoint(), service.namespace());
  }

  /// Which waypoint serves traffic to a workload that is dialled by its own address.
  public ServingWaypoint waypointOf(Workload workload) {
    return resolve(workload.waypoint(), workload.namespace());
  }

  private ServingWaypoint resolve(@Nullable GatewayAddress gateway, String namespace) {
    if (gateway == null) {
      return new ServingWaypoint.None();
    }
    return switch (gateway.destination()) {
      case ByAddress(var otherNetwork, var _) when !otherNetwork.equals(network) ->
          new ServingWaypoint.Unresolved("waypoint `" + gateway + "` is on another network");
      case ByAddress(var _, var address) -> {
        Workload workload = workloadByAddress.get(address);
        yield workload != null
            ? single(workload, gateway)
            : serviceByVip(address, namespace)
                .map(service -> replicas(service, gateway))
                .orElseGet(() -> unresolved(gateway));
      }
      case ByHostname(var serviceNamespace, var hostname) ->
          serviceByHostname(hostname, serviceNamespace)
              .filter(service -> service.namespace().equals(serviceNamespace))
              .map(service -> replicas(service, gateway))
              .orElseGet(() -> unresolved(gateway));
    };
  }

  private ServingWaypoint single(Workload workload, GatewayAddress gateway) {
    Waypoint declared = waypointByWorkload.get(workload.uid());
    String name = declared == null ? workload.origin().canonicalName() : declared.name();
    return new ServingWaypoint.Found(
        workload.namespace(), name, List.of(new Endpoint(workload, gateway.hbonePort())));
  }

  private ServingWaypoint replicas(Service service, GatewayAddress gateway) {
    List<Endpoint> endpoints =
        members(service).stream()
            .filter(workload -> isServing(service, workload))
            .map(workload -> new Endpoint(workload, gateway.hbonePort()))
            .toList();
    if (endpoints.isEmpty()) {
      return new ServingWaypoint.Unresolved("waypoint `" + gateway + "` has no healthy endpoint");
    }
    Waypoint declared = waypointByWorkload.get(endpoints.getFirst().workload().uid());
    String name = declared == null ? service.name() : declared.name();
    return new ServingWaypoint.Found(service.namespace(), name, endpoints);
  }

  private static ServingWaypoint unresolved(GatewayAddress gateway) {
    return new ServingWaypoint.Unresolved("waypoint `" + gateway + "` is unknown");
  }

  /// The waypoint named `namespace/name`, if the mesh declares it.
  public Optional<Waypoint> waypoint(String namespace, String name) {
    return waypoints.stream()
        .filter(waypoint -> waypoint.namespace().equals(namespace) && waypoint.name().equals(name))
        .findFirst();
  }

  /// The waypoint that a workload runs, if the mesh declares it.
  public Optional<Waypoint> waypointRunBy(Workload workload) {
    return Optional.ofNullable(waypointByWorkload.get(workload.uid()));
  }
}
