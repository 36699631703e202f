package dev.sluice.ztunnel.outbound;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.bundle.PolicySnapshot;
import dev.sluice.runtime.mesh.Endpoint;
import dev.sluice.runtime.mesh.EndpointAddress;
import dev.sluice.runtime.mesh.EndpointChoice;
import dev.sluice.runtime.mesh.GatewayAddress;
import dev.sluice.runtime.mesh.NetworkAddress;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.Service.IpFamilies;
import dev.sluice.runtime.mesh.Service.LoadBalancing;
import dev.sluice.runtime.mesh.ServingWaypoint;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.process.PortsFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Chooses where an outbound connection is led; pure, the caller brings the randomness.
///
/// A waypoint or gateway that cannot be found, and a waypoint that differs from what the signed
/// bundle's placement assumed, are refusals, never ways around it. An address that is both a
/// Service's and a workload's is the Service's. Source of the order: ztunnel's outbound.
///
/// @param hbonePort the port workloads take HBONE on
/// @param ownPorts ports of the proxy itself, which no local address may be dialled on
public record RouteChooser(int hbonePort, Set<Integer> ownPorts) {

  public RouteChooser {
    ownPorts = Set.copyOf(ownPorts);
  }

  /// A connection by `source` to `destination`, under the mesh and policy of one moment.
  ///
  /// @param tried uids of endpoints that have failed already
  public record Query(
      StaticMesh mesh,
      PolicySnapshot policy,
      Workload source,
      InetSocketAddress destination,
      Set<String> tried) {
    public Query {
      tried = Set.copyOf(tried);
    }

    /// The same, having tried nothing.
    public Query(
        StaticMesh mesh, PolicySnapshot policy, Workload source, InetSocketAddress destination) {
      this(mesh, policy, source, destination, Set.of());
    }

    private List<Endpoint> untried(List<Endpoint> endpoints) {
      return endpoints.stream()
          .filter(endpoint -> !tried.contains(endpoint.workload().uid()))
          .toList();
    }

    private Optional<Workload> workload() {
      return mesh.workload(destination.getAddress());
    }

    private Optional<Service> service() {
      return mesh.serviceByVip(destination.getAddress(), source.namespace());
    }
  }

  /// Chooses; equal inputs give equal routes.
  public Route choose(Query query, long random) {
    InetSocketAddress destination = query.destination();
    if (query.policy().shard().isEmpty()) {
      return new Route.Refused("no_policy", "there is no verified bundle to route by");
    }
    if (destination.getAddress().isLoopbackAddress() && ownPorts.contains(destination.getPort())) {
      return new Route.Refused("self_call", "attempted recursive call to ourselves");
    }
    Service service = query.service().orElse(null);
    if (service != null) {
      return toService(query, service, random);
    }
    Workload workload = query.workload().orElse(null);
    if (workload != null) {
      return toWorkload(query, workload, random);
    }
    if (query.mesh().isVip(destination.getAddress())) {
      return new Route.Refused("not_visible", "the Service is private to another namespace");
    }
    return mayLeaveTheMesh(destination.getAddress())
        ? new Route.Passthrough(destination, null, null)
        : new Route.Refused("no_route", "nothing in the mesh has this address");
  }

  /// The name of what the mesh would have to hold to choose, and does not; where it can be asked
  /// for, it is worth asking before a refusal or a passthrough.
  public static Optional<String> missing(Query query) {
    StaticMesh mesh = query.mesh();
    InetAddress address = query.destination().getAddress();
    Optional<Service> service = query.service();
    Optional<Workload> workload = query.workload();
    if (service.isEmpty() && workload.isEmpty()) {
      return mesh.isVip(address) || !mayLeaveTheMesh(address)
          ? Optional.empty()
          : Optional.of(new NetworkAddress(mesh.network(), address).toString());
    }
    ServingWaypoint waypoint =
        service.map(mesh::waypointOf).orElseGet(() -> mesh.waypointOf(workload.orElseThrow()));
    if (waypoint instanceof ServingWaypoint.Unresolved(var gateway, var _)) {
      return Optional.of(gateway.destination().toString());
    }
    List<Endpoint> next =
        waypoint instanceof ServingWaypoint.Found found
            ? found.endpoints()
            : service
                .map(own -> mesh.candidates(own, query.destination().getPort()))
                .orElse(List.of());
    return next.stream()
        .map(Endpoint::workload)
        .filter(endpoint -> !endpoint.network().equals(mesh.network()))
        .map(Workload::networkGateway)
        .filter(gateway -> gateway != null && isUnknown(mesh, gateway, query.source()))
        .map(gateway -> gateway.destination().toString())
        .findFirst();
  }

  private static boolean isUnknown(StaticMesh mesh, GatewayAddress gateway, Workload source) {
    return mesh.networkGateway(gateway, source.namespace()) instanceof ServingWaypoint.Unresolved;
  }

  // Local addresses that the mesh does not know would lead into this machine.
  private static boolean mayLeaveTheMesh(InetAddress address) {
    return !address.isLoopbackAddress()
        && !address.isLinkLocalAddress()
        && !address.isAnyLocalAddress()
        && !address.isMulticastAddress();
  }

  private Route toService(Query query, Service service, long random) {
    return switch (BoundWaypoint.of(query, service, random)) {
      case BoundWaypoint.None() -> toEndpoint(query, service, random);
      case BoundWaypoint.Through(var found) -> viaWaypoint(query, found, service, random);
      case BoundWaypoint.Refused(var refused) -> refused;
    };
  }

  private Route viaWaypoint(
      Query query, ServingWaypoint.Found waypoint, @Nullable Service service, long random) {
    Service own = waypoint.service();
    LoadBalancing balancing = own == null ? LoadBalancing.standard() : own.loadBalancing();
    var picked =
        EndpointChoice.pick(query.untried(waypoint.endpoints()), balancing, query.source(), random);
    if (picked.isEmpty()) {
      return new Route.Refused("waypoint_unresolved", "the waypoint has no endpoint");
    }
    Endpoint endpoint = picked.get();
    if (isElsewhere(query, endpoint)) {
      return intoNetwork(query, endpoint, service, own, random);
    }
    return address(query, endpoint, own)
        .<Route>map(dial -> {
          var tunnel =
              new Route.Tunnel(
                  dial, identities(endpoint.workload(), own), PortsFile.text(query.destination()));
          return new Route.ViaWaypoint(tunnel, endpoint.workload(), query.destination(), service);
        })
        .orElseGet(() -> noAddress(endpoint));
  }

  private static boolean isElsewhere(Query query, Endpoint endpoint) {
    return !endpoint.workload().network().equals(query.mesh().network());
  }

  private static boolean isNameOnly(Endpoint endpoint) {
    return endpoint.workload().addresses().isEmpty() && !endpoint.workload().hostname().isEmpty();
  }

  private static Route noAddress(Endpoint endpoint) {
    return new Route.Refused(
        "no_healthy_upstream",
        "`" + endpoint.workload().key() + "` has no address that the Service admits");
  }

  private Route toEndpoint(Query query, Service service, long random) {
    InetSocketAddress destination = query.destination();
    LoadBalancing balancing = service.loadBalancing();
    if (balancing.mode() == Service.Mode.PASSTHROUGH) {
      return new Route.Passthrough(destination, null, null);
    }
    var endpoints = query.untried(query.mesh().candidates(service, destination.getPort()));
    var picked = EndpointChoice.pick(endpoints, balancing, query.source(), random);
    if (picked.isEmpty()) {
      return new Route.Refused(
          "no_healthy_upstream", "Service `" + service.key() + "` has no endpoint for this port");
    }
    Endpoint endpoint = picked.get();
    if (isElsewhere(query, endpoint)) {
      return intoNetwork(query, endpoint, service, service, random);
    }
    return isNameOnly(endpoint)
        ? new Route.Unresolved(endpoint, service)
        : deliver(query, endpoint, service);
  }

  /// The route to an endpoint whose hostname has been resolved: to one address at random, of the
  /// requested family if there is any.
  public Route resolved(
      Query query, Route.Unresolved unresolved, List<InetAddress> addresses, long random) {
    InetAddress requested = query.destination().getAddress();
    List<InetAddress> sameFamily =
        addresses.stream().filter(each -> each.getClass() == requested.getClass()).toList();
    List<InetAddress> candidates = sameFamily.isEmpty() ? addresses : sameFamily;
    Endpoint endpoint = unresolved.endpoint();
    if (candidates.isEmpty()) {
      return new Route.Refused(
          "name_unresolved", "hostname `" + unresolved.hostname() + "` has no address");
    }
    InetAddress chosen = candidates.get(Math.floorMod(random, candidates.size()));
    return deliver(
        query,
        new Endpoint(endpoint.workload().at(List.of(chosen)), endpoint.port()),
        unresolved.service());
  }

  private Route toWorkload(Query query, Workload workload, long random) {
    return switch (query.mesh().waypointOf(workload)) {
      case ServingWaypoint.Unresolved(var _, var detail) ->
          new Route.Refused("waypoint_unresolved", detail);
      case ServingWaypoint.Found found when !BoundWaypoint.isRunBy(query.source(), found) ->
          viaWaypoint(query, found, null, random);
      case ServingWaypoint.Found _, ServingWaypoint.None _ ->
          deliver(query, new Endpoint(workload, query.destination().getPort()), null);
    };
  }

  private Route deliver(Query query, Endpoint endpoint, @Nullable Service service) {
    Workload workload = endpoint.workload();
    InetSocketAddress target = address(query, endpoint, service).orElse(null);
    if (target == null) {
      return noAddress(endpoint);
    }
    return switch (workload.protocol()) {
      case TCP -> new Route.Passthrough(target, workload, service);
      case HBONE -> {
        var dial = new InetSocketAddress(target.getAddress(), hbonePort);
        var tunnel = new Route.Tunnel(dial, identities(workload, service), PortsFile.text(target));
        yield new Route.ViaHbone(tunnel, workload, target, service);
      }
    };
  }

  /// By the gateway of the endpoint's network, which is told the Service by name and leads on.
  ///
  /// @param far the Service whose identities whoever is behind the gateway has to prove
  private static Route intoNetwork(
      Query query,
      Endpoint endpoint,
      @Nullable Service addressed,
      @Nullable Service far,
      long random) {
    String network = endpoint.workload().network();
    GatewayAddress address = endpoint.workload().networkGateway();
    if (addressed == null) {
      return new Route.Refused(
          "no_service", "network `" + network + "` can only be entered for a Service");
    }
    if (address == null) {
      return new Route.Refused("gateway_unresolved", "network `" + network + "` has no gateway");
    }
    if (far == null || far.subjectAltNames().isEmpty()) {
      return new Route.Refused(
          "no_identity_expected",
          "nothing says who may answer for `" + addressed.key() + "` in network `" + network + "`");
    }
    return switch (query.mesh().networkGateway(address, query.source().namespace())) {
      case ServingWaypoint.None() ->
          new Route.Refused("gateway_unresolved", "gateway `" + address + "` is unknown");
      case ServingWaypoint.Unresolved(var _, var detail) ->
          new Route.Refused("gateway_unresolved", detail);
      case ServingWaypoint.Found found -> {
        var entry = new NetworkEntry(query, found, random);
        yield entry.route(addressed, Set.copyOf(far.subjectAltNames()));
      }
    };
  }

  /// One gateway into another network, of those that are there.
  private record NetworkEntry(Query query, ServingWaypoint.Found gateway, long random) {
    Route route(Service addressed, Set<SpiffeId> inner) {
      Service own = gateway.service();
      LoadBalancing balancing = own == null ? LoadBalancing.standard() : own.loadBalancing();
      return EndpointChoice.pick(
              query.untried(gateway.endpoints()), balancing, query.source(), random)
          .flatMap(endpoint ->
              address(query, endpoint, own)
                  .<Route>map(dial -> {
                    String authority = addressed.hostname() + ":" + query.destination().getPort();
                    var outer =
                        new Route.Tunnel(dial, identities(endpoint.workload(), own), authority);
                    return new Route.ViaNetworkGateway(
                        outer, inner, endpoint.workload(), query.destination(), addressed);
                  }))
          .orElseGet(() -> new Route.Refused("gateway_unresolved", "the gateway has no endpoint"));
    }
  }

  private static Set<SpiffeId> identities(Workload workload, @Nullable Service service) {
    var result = new HashSet<SpiffeId>();
    result.add(workload.identity());
    if (service != null) {
      result.addAll(service.subjectAltNames());
    }
    return result;
  }

  private static Optional<InetSocketAddress> address(
      Query query, Endpoint endpoint, @Nullable Service service) {
    IpFamilies families = service == null ? IpFamilies.AUTOMATIC : service.ipFamilies();
    return EndpointAddress.of(endpoint.workload(), query.destination().getAddress(), families)
        .map(address -> new InetSocketAddress(address, endpoint.port()));
  }
}
