package dev.sluice.ztunnel.outbound;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.bundle.PolicySnapshot;
import dev.sluice.runtime.mesh.Endpoint;
import dev.sluice.runtime.mesh.EndpointChoice;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.Service.LoadBalancing;
import dev.sluice.runtime.mesh.ServingWaypoint;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.process.PortsFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Chooses where an outbound connection is led; pure, the caller brings the randomness.
///
/// A waypoint that cannot be found, and one that differs from what the signed bundle's placement
/// assumed, are refusals, never ways around it. Source of the order: ztunnel's outbound.
///
/// @param hbonePort the port workloads take HBONE on
/// @param ownPorts ports of the proxy itself, which no local address may be dialled on
public record RouteChooser(int hbonePort, Set<Integer> ownPorts) {

  public RouteChooser {
    ownPorts = Set.copyOf(ownPorts);
  }

  /// A connection by `source` to `destination`, under the mesh and policy of one moment.
  public record Query(
      StaticMesh mesh, PolicySnapshot policy, Workload source, InetSocketAddress destination) {}

  /// Chooses; equal inputs give equal routes.
  public Route choose(Query query, long random) {
    InetSocketAddress destination = query.destination();
    if (query.policy().shard().isEmpty()) {
      return new Route.Refused("no_policy", "there is no verified bundle to route by");
    }
    if (destination.getAddress().isLoopbackAddress() && ownPorts.contains(destination.getPort())) {
      return new Route.Refused("self_call", "attempted recursive call to ourselves");
    }
    Workload workload = query.mesh().workload(destination.getAddress()).orElse(null);
    if (workload != null) {
      return toWorkload(query, workload, random);
    }
    Service service =
        query
            .mesh()
            .serviceByVip(destination.getAddress(), query.source().namespace())
            .orElse(null);
    if (service != null) {
      return toService(query, service, random);
    }
    if (query.mesh().isVip(destination.getAddress())) {
      return new Route.Refused("not_visible", "the Service is private to another namespace");
    }
    return mayLeaveTheMesh(destination.getAddress())
        ? new Route.Passthrough(destination, null, null)
        : new Route.Refused("no_route", "nothing in the mesh has this address");
  }

  // Local addresses that the mesh does not know would lead into this machine.
  private static boolean mayLeaveTheMesh(InetAddress address) {
    return !address.isLoopbackAddress()
        && !address.isLinkLocalAddress()
        && !address.isAnyLocalAddress()
        && !address.isMulticastAddress();
  }

  private Route toService(Query query, Service service, long random) {
    return switch (query.mesh().waypointOf(service)) {
      case ServingWaypoint.Unresolved(var _, var detail) ->
          new Route.Refused("waypoint_unresolved", detail);
      case ServingWaypoint.Found found when isRunBy(query.source(), found) ->
          toEndpoint(query, service, random);
      case ServingWaypoint.Found found -> {
        String drift = drift(query, service, found.namespace() + "/" + found.name());
        yield drift == null
            ? viaWaypoint(query, found, service, random)
            : new Route.Refused("binding_drift", drift);
      }
      case ServingWaypoint.None() -> {
        String drift = drift(query, service, "");
        yield drift == null
            ? toEndpoint(query, service, random)
            : new Route.Refused("binding_drift", drift);
      }
    };
  }

  private static boolean isRunBy(Workload source, ServingWaypoint.Found waypoint) {
    return waypoint.endpoints().stream()
        .anyMatch(endpoint -> endpoint.workload().uid().equals(source.uid()));
  }

  /// How the waypoint that is observed differs from the one that was signed; null when it does not.
  private static @Nullable String drift(Query query, Service service, String observed) {
    var binding = query.policy().binding(service.namespace(), service.name()).orElse(null);
    if (binding == null) {
      return null;
    }
    String assumed =
        binding.waypointName().isEmpty()
            ? ""
            : binding.waypointNamespace() + "/" + binding.waypointName();
    return assumed.equals(observed)
        ? null
        : "Service `"
            + service.namespace()
            + "/"
            + service.name()
            + "` is served by `"
            + (observed.isEmpty() ? "no waypoint" : observed)
            + "`, the bundle says `"
            + (assumed.isEmpty() ? "no waypoint" : assumed)
            + "`";
  }

  private static Route viaWaypoint(
      Query query, ServingWaypoint.Found waypoint, @Nullable Service service, long random) {
    var picked =
        EndpointChoice.pick(waypoint.endpoints(), LoadBalancing.standard(), query.source(), random);
    if (picked.isEmpty()) {
      return new Route.Refused("waypoint_unresolved", "the waypoint has no endpoint");
    }
    Endpoint endpoint = picked.get();
    var dial = address(endpoint.workload(), query.destination().getAddress(), endpoint.port());
    var tunnel =
        new Route.Tunnel(
            dial, Set.of(endpoint.workload().identity()), PortsFile.text(query.destination()));
    return new Route.ViaWaypoint(tunnel, endpoint.workload(), query.destination(), service);
  }

  private Route toEndpoint(Query query, Service service, long random) {
    InetSocketAddress destination = query.destination();
    LoadBalancing balancing = service.loadBalancing();
    if (balancing.mode() == Service.Mode.PASSTHROUGH) {
      return new Route.Passthrough(destination, null, null);
    }
    var endpoints = query.mesh().endpoints(service, destination.getPort());
    return EndpointChoice.pick(endpoints, balancing, query.source(), random)
        .map(endpoint -> deliver(endpoint, destination.getAddress(), service))
        .orElseGet(() ->
            new Route.Refused(
                "no_healthy_upstream",
                "Service `" + service.key() + "` has no endpoint for this port"));
  }

  private Route toWorkload(Query query, Workload workload, long random) {
    var direct = new Endpoint(workload, query.destination().getPort());
    return switch (query.mesh().waypointOf(workload)) {
      case ServingWaypoint.Unresolved(var _, var detail) ->
          new Route.Refused("waypoint_unresolved", detail);
      case ServingWaypoint.Found found when !isRunBy(query.source(), found) ->
          viaWaypoint(query, found, null, random);
      case ServingWaypoint.Found _, ServingWaypoint.None _ ->
          deliver(direct, query.destination().getAddress(), null);
    };
  }

  private Route deliver(Endpoint endpoint, InetAddress requested, @Nullable Service service) {
    Workload workload = endpoint.workload();
    InetSocketAddress target = address(workload, requested, endpoint.port());
    return switch (workload.protocol()) {
      case TCP -> new Route.Passthrough(target, workload, service);
      case HBONE -> {
        var dial = new InetSocketAddress(target.getAddress(), hbonePort);
        var tunnel = new Route.Tunnel(dial, identities(workload, service), PortsFile.text(target));
        yield new Route.ViaHbone(tunnel, workload, target, service);
      }
    };
  }

  private static Set<SpiffeId> identities(Workload workload, @Nullable Service service) {
    var result = new HashSet<SpiffeId>();
    result.add(workload.identity());
    if (service != null) {
      result.addAll(service.subjectAltNames());
    }
    return result;
  }

  /// The requested address if the workload owns it, else its first of the same family, else its
  /// first.
  private static InetSocketAddress address(Workload workload, InetAddress requested, int port) {
    InetAddress best = workload.addresses().getFirst();
    if (workload.addresses().contains(requested)) {
      best = requested;
    } else {
      for (InetAddress address : workload.addresses()) {
        if (address.getClass() == requested.getClass()) {
          best = address;
          break;
        }
      }
    }
    return new InetSocketAddress(best, port);
  }
}
