package dev.sluice.ztunnel.inbound;

import dev.sluice.runtime.mesh.NetworkAddress;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.ServingWaypoint;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.mesh.Workload.Handling;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Where a tunnel to a local workload leads.
///
/// Always to the workload itself: an authority never picks another host. What is addressed to
/// another host is for the workload all the same when it is that host's waypoint, or an application
/// that takes what is for others. Source: ztunnel's inbound.
sealed interface InboundTarget {

  /// A port of the workload.
  ///
  /// @param service the Service it was addressed as, if that is known
  /// @param announced what the application is told was addressed; null where it is told nothing
  record Local(
      InetSocketAddress destination,
      @Nullable Service service,
      @Nullable InetSocketAddress announced)
      implements InboundTarget {}

  /// Not served; answered with `status`.
  record Rejected(int status, String error) implements InboundTarget {}

  /// A tunnel that arrived at `local` for a workload.
  ///
  /// @param ownPorts ports of the proxy itself, which no tunnel may reach
  record Arrival(StaticMesh mesh, Workload workload, InetAddress local, Set<Integer> ownPorts) {

    /// Finds the target.
    InboundTarget target(Authority authority) {
      return switch (authority) {
        case Authority.ByAddress(var address, int port) -> byAddress(address, port);
        case Authority.ByHostname(var hostname, int port) -> byHostname(hostname, port);
      };
    }

    private InboundTarget byAddress(InetAddress address, int port) {
      boolean ours =
          address.equals(local) || workload.handling().takesForOthers() || isWaypointOf(address);
      if (!ours) {
        return new Rejected(400, "ip mismatch: `" + address.getHostAddress() + "` is not ours");
      }
      Service service =
          address.equals(local)
              ? guessService(mesh, workload, port)
              : mesh.serviceByVip(address, workload.namespace()).orElse(null);
      return at(port, service, new InetSocketAddress(address, port));
    }

    private boolean isWaypointOf(InetAddress address) {
      return mesh.serviceByVip(address, workload.namespace())
          .map(mesh::waypointsOf)
          .map(waypoints -> waypoints.stream().anyMatch(this::isUs))
          .or(() -> mesh.workload(address).map(mesh::waypointOf).map(this::isUs))
          .orElse(false);
    }

    private boolean isUs(ServingWaypoint waypoint) {
      return waypoint instanceof ServingWaypoint.Found found
          && found.endpoints().stream()
              .anyMatch(endpoint -> endpoint.workload().uid().equals(workload.uid()));
    }

    private InboundTarget byHostname(String hostname, int port) {
      Service service = mesh.serviceByHostname(hostname, workload.namespace()).orElse(null);
      boolean ours =
          service != null
              && (workload.services().containsKey(service.key())
                  || workload.handling().takesForOthers()
                  || mesh.waypointsOf(service).stream().anyMatch(this::isUs));
      if (service == null || !ours) {
        return new Rejected(503, "workload is no endpoint of `" + hostname + "`");
      }
      int target = StaticMesh.targetPort(service, workload, port);
      if (target == 0) {
        return new Rejected(503, "`" + hostname + "` has no port " + port);
      }
      InetSocketAddress vip =
          vip(service).map(address -> new InetSocketAddress(address, port)).orElse(null);
      return at(target, service, vip);
    }

    /// What stands for a Service that was addressed by name: of the own network first, then IPv4.
    private Optional<InetAddress> vip(Service service) {
      return service.vips().stream()
          .min(
              Comparator.comparing((NetworkAddress vip) -> !vip.network().equals(mesh.network()))
                  .thenComparing(vip -> !(vip.address() instanceof Inet4Address)))
          .map(NetworkAddress::address);
    }

    private InboundTarget at(
        int port, @Nullable Service service, @Nullable InetSocketAddress addressed) {
      Handling handling = workload.handling();
      int application = handling.tunnelPort() == 0 ? port : handling.tunnelPort();
      if (ownPorts.contains(application)) {
        return new Rejected(503, "port " + application + " is the proxy's own");
      }
      var destination = new InetSocketAddress(local, application);
      return switch (handling) {
        case Handling.ProxyHeader _ when addressed == null ->
            new Rejected(503, "the Service has no address to announce");
        case Handling.ProxyHeader _ -> new Local(destination, service, addressed);
        case Handling.OnPort _, Handling.ByProxy _, Handling.Native _ ->
            new Local(destination, service, null);
      };
    }
  }

  /// The first Service, by name, that sends traffic to a port of a workload; for telemetry only.
  static @Nullable Service guessService(StaticMesh mesh, Workload workload, int port) {
    for (String key : new TreeSet<>(workload.services().keySet())) {
      Service service = mesh.serviceByKey(key).orElse(null);
      boolean leadsHere =
          service != null
              && service.ports().keySet().stream()
                  .anyMatch(
                      servicePort -> StaticMesh.targetPort(service, workload, servicePort) == port);
      if (leadsHere) {
        return service;
      }
    }
    return null;
  }
}
