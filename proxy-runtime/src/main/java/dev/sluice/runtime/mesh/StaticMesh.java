package dev.sluice.runtime.mesh;

import dev.sluice.engine.policy.AuthorizationPolicy;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The mesh at one moment: immutable, with an index for every question a proxy asks per connection.
///
/// A changed copy shares what did not change.
public final class StaticMesh {

  private final String network;
  private final List<Waypoint> waypoints;
  private final Map<String, Waypoint> waypointByWorkload;
  private final MeshIndexes indexes;

  private StaticMesh(String network, List<Waypoint> waypoints, MeshIndexes indexes) {
    this.network = network;
    this.waypoints = List.copyOf(waypoints);
    this.indexes = indexes;
    this.waypointByWorkload = new HashMap<>();
    waypoints.forEach(waypoint -> waypointByWorkload.put(waypoint.workloadUid(), waypoint));
  }

  /// A mesh of these parts, as seen from `network` (empty: the default one).
  public static StaticMesh of(
      String network, List<Workload> workloads, List<Service> services, List<Waypoint> waypoints) {
    return new StaticMesh(network, waypoints, MeshIndexes.empty())
        .with(MeshUpdate.of(workloads, services, Set.of()));
  }

  /// A mesh in which nothing is known.
  public static StaticMesh empty() {
    return of("", List.of(), List.of(), List.of());
  }

  /// The mesh after an update.
  public StaticMesh with(MeshUpdate update) {
    return new StaticMesh(network, waypoints, indexes.with(update));
  }

  /// The same entries with the declared waypoints of `other`, as seen from its network.
  StaticMesh declaredAs(StaticMesh other) {
    return new StaticMesh(other.network, other.waypoints, indexes);
  }

  /// What this mesh is seen from; empty for the default network.
  public String network() {
    return network;
  }

  /// All workloads, in no order.
  public Collection<Workload> workloads() {
    return indexes.workloadByUid().values();
  }

  /// All Services, in no order.
  public Collection<Service> services() {
    return indexes.serviceByKey().values();
  }

  public List<Waypoint> waypoints() {
    return waypoints;
  }

  /// The policies that discovery or the mesh file brought, in no order.
  public Collection<MeshPolicy> policies() {
    return indexes.policyByKey().values();
  }

  /// The policy `namespace/name` that discovery or the mesh file brought.
  public Optional<MeshPolicy> policy(String key) {
    return Optional.ofNullable(indexes.policyByKey().get(key));
  }

  /// The policies that discovery or the mesh file brought for one workload: those of the mesh, of
  /// its namespace and those it names. `unknown` are the names that no policy has (yet).
  public record AppliedPolicies(
      List<AuthorizationPolicy> enforced, List<AuthorizationPolicy> onTrial, List<String> unknown) {
    public AppliedPolicies {
      enforced = List.copyOf(enforced);
      onTrial = List.copyOf(onTrial);
      unknown = List.copyOf(unknown);
    }

    /// Whether there is nothing to ask.
    public boolean isEmpty() {
      return enforced.isEmpty() && onTrial.isEmpty() && unknown.isEmpty();
    }
  }

  /// What applies to a workload beside the signed bundle; takes time with the number of policies.
  public AppliedPolicies policiesOf(Workload workload) {
    var named = Set.copyOf(workload.authorizationPolicies());
    var enforced = new ArrayList<AuthorizationPolicy>();
    var onTrial = new ArrayList<AuthorizationPolicy>();
    for (MeshPolicy policy : policies()) {
      if (policy.policy().scope().covers(workload.direct()) || named.contains(policy.key())) {
        switch (policy.enforcement()) {
          case ENFORCED -> enforced.add(policy.policy());
          case ON_TRIAL -> onTrial.add(policy.policy());
        }
      }
    }
    return new AppliedPolicies(
        enforced, onTrial, named.stream().filter(name -> policy(name).isEmpty()).sorted().toList());
  }

  /// The workload that owns an address of the own network.
  public Optional<Workload> workload(InetAddress address) {
    return workloadAt(new NetworkAddress(network, address));
  }

  /// The workload that owns an address.
  public Optional<Workload> workloadAt(NetworkAddress address) {
    return indexes.workloadsByAddress().get(address).stream().findFirst();
  }

  public Optional<Workload> workloadByUid(String uid) {
    return Optional.ofNullable(indexes.workloadByUid().get(uid));
  }

  /// The workload named `namespace/name`; of several, the first that came.
  public Optional<Workload> workload(String namespace, String name) {
    return indexes.workloadsByKey().get(namespace + "/" + name).stream().findFirst();
  }

  /// The Service that owns a virtual address of the own network, as seen from a namespace.
  public Optional<Service> serviceByVip(InetAddress vip, String clientNamespace) {
    return serviceByVip(new NetworkAddress(network, vip), clientNamespace);
  }

  /// The Service that owns a virtual address, as seen from a namespace: the own namespace's first,
  /// then the canonical one, then the first that came; an address outranks a block and a longer
  /// block a shorter one. Services private to another namespace are not seen.
  public Optional<Service> serviceByVip(NetworkAddress vip, String clientNamespace) {
    var exact = preferred(indexes.servicesByVip().get(vip), clientNamespace);
    return exact.isPresent() ? exact : serviceByBlock(vip, clientNamespace);
  }

  /// Whether an address of the own network is some Service's, visible or not.
  public boolean isVip(InetAddress address) {
    var vip = new NetworkAddress(network, address);
    return !indexes.servicesByVip().get(vip).isEmpty()
        || indexes.servicesByBlockNetwork().get(network).stream()
            .anyMatch(service -> longestBlock(service, vip) >= 0);
  }

  private Optional<Service> serviceByBlock(NetworkAddress vip, String clientNamespace) {
    Service best = null;
    int bestRank = -1;
    for (Service service : indexes.servicesByBlockNetwork().get(vip.network())) {
      int length = longestBlock(service, vip);
      if (length >= 0 && isVisible(service, clientNamespace)) {
        boolean own = service.namespace().equals(clientNamespace);
        boolean canonical = service.standing() == Service.Standing.CANONICAL;
        int rank = (own ? 1024 : 0) + 2 * length + (canonical ? 1 : 0);
        if (rank > bestRank) {
          best = service;
          bestRank = rank;
        }
      }
    }
    return Optional.ofNullable(best);
  }

  private static int longestBlock(Service service, NetworkAddress vip) {
    return service.blocks().stream()
        .filter(block -> block.network().equals(vip.network()))
        .filter(block -> block.cidr().contains(vip.address()))
        .mapToInt(block -> block.cidr().prefixLength())
        .max()
        .orElse(-1);
  }

  /// The Service with a hostname, as seen from a namespace.
  public Optional<Service> serviceByHostname(String hostname, String clientNamespace) {
    return preferred(indexes.servicesByHostname().get(hostname), clientNamespace);
  }

  /// The Service named `namespace/name`.
  public Optional<Service> service(String namespace, String name) {
    return indexes.servicesByName().get(namespace + "/" + name).stream().findFirst();
  }

  /// The Service with the key `namespace/hostname`.
  public Optional<Service> serviceByKey(String key) {
    return Optional.ofNullable(indexes.serviceByKey().get(key));
  }

  private static Optional<Service> preferred(List<Service> candidates, String clientNamespace) {
    Service best = null;
    for (Service service : candidates) {
      if (service.namespace().equals(clientNamespace)) {
        return Optional.of(service);
      }
      boolean outranks =
          best == null
              || (best.standing() == Service.Standing.ORDINARY
                  && service.standing() == Service.Standing.CANONICAL);
      if (outranks && isVisible(service, clientNamespace)) {
        best = service;
      }
    }
    return Optional.ofNullable(best);
  }

  private static boolean isVisible(Service service, String clientNamespace) {
    return switch (service.visibility()) {
      case PUBLIC -> true;
      case NAMESPACE -> service.namespace().equals(clientNamespace);
    };
  }

  /// The endpoints of a Service that can be dialled from here on a service port, with the target
  /// port: healthy (unless the Service says otherwise), of the own network, with an address and a
  /// port.
  public List<Endpoint> endpoints(Service service, int servicePort) {
    return candidates(service, servicePort).stream()
        .filter(endpoint -> endpoint.workload().network().equals(network))
        .filter(endpoint -> !endpoint.workload().addresses().isEmpty())
        .toList();
  }

  /// The endpoints of a Service that can be reached in any way: those of [#endpoints], those whose
  /// name DNS resolves, and those behind the gateway of another network.
  public List<Endpoint> candidates(Service service, int servicePort) {
    return members(service).stream()
        .filter(workload -> isReachable(service, workload))
        .map(workload -> new Endpoint(workload, targetPort(service, workload, servicePort)))
        .filter(endpoint -> endpoint.port() != 0)
        .toList();
  }

  /// Every workload that is an endpoint of a Service, whatever its health.
  public List<Workload> members(Service service) {
    return indexes.workloadsByService().get(service.key());
  }

  static boolean isServing(Service service, Workload workload) {
    boolean healthy =
        workload.health() == Workload.Health.HEALTHY
            || service.loadBalancing().healthPolicy() == Service.HealthPolicy.ALLOW_ALL;
    return healthy && workload.capacity() > 0;
  }

  boolean isReachable(Service service, Workload workload) {
    boolean hasWay =
        workload.network().equals(network)
            ? !workload.addresses().isEmpty() || !workload.hostname().isEmpty()
            : workload.networkGateway() != null;
    return hasWay && isServing(service, workload);
  }

  /// The workload port behind a service port: what the endpoint says, else what the Service says,
  /// else the service port where one port takes everything; 0 when there is none.
  public static int targetPort(Service service, Workload workload, int servicePort) {
    var own = workload.services().getOrDefault(service.key(), Map.of()).get(servicePort);
    if (own != null && own != 0) {
      return own;
    }
    int target = service.ports().getOrDefault(servicePort, 0);
    return target == 0 && workload.handling().tunnelPort() != 0 ? servicePort : target;
  }

  /// Which waypoint serves traffic to a Service; of several, the first that takes any.
  public ServingWaypoint waypointOf(Service service) {
    return waypointOf(service, 0);
  }

  /// Every waypoint that takes a share of the traffic to a Service.
  public List<ServingWaypoint> waypointsOf(Service service) {
    List<GatewayAddress> gateways =
        service.weightedWaypoints().stream()
            .filter(weighted -> weighted.weight() > 0)
            .map(Service.WeightedWaypoint::gateway)
            .toList();
    return gateways.isEmpty()
        ? List.of(waypointOf(service))
        : gateways.stream().map(gateway -> gateway(gateway, service.namespace())).toList();
  }

  /// Which waypoint serves traffic to a Service; of several, one by its weight.
  ///
  /// @param random any value; equal values pick the same one
  public ServingWaypoint waypointOf(Service service, long random) {
    long total =
        service.weightedWaypoints().stream().mapToLong(Service.WeightedWaypoint::weight).sum();
    GatewayAddress gateway = service.waypoint();
    if (total > 0) {
      long ticket = Math.floorMod(random, total);
      for (var weighted : service.weightedWaypoints()) {
        gateway = weighted.gateway();
        ticket -= weighted.weight();
        if (ticket < 0) {
          break;
        }
      }
    }
    return gateway == null ? new ServingWaypoint.None() : gateway(gateway, service.namespace());
  }

  /// Which waypoint serves traffic to a workload that is dialled by its own address.
  public ServingWaypoint waypointOf(Workload workload) {
    GatewayAddress gateway = workload.waypoint();
    return gateway == null ? new ServingWaypoint.None() : gateway(gateway, workload.namespace());
  }

  /// What a gateway address stands for, as seen from a namespace.
  public ServingWaypoint gateway(GatewayAddress gateway, String namespace) {
    return new GatewayLookup(this, GatewayLookup.Way.ROUTED).find(gateway, namespace);
  }

  /// The gateway into another network, at addresses that can be dialled from here.
  public ServingWaypoint networkGateway(GatewayAddress gateway, String namespace) {
    return new GatewayLookup(this, GatewayLookup.Way.DIRECT).find(gateway, namespace);
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
