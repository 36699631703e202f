package dev.sluice.ztunnel.inbound;

import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Workload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Where a tunnel to a local workload leads.
///
/// Always to the workload's own address: an authority never picks another host. Source: ztunnel's
/// inbound.
sealed interface InboundTarget {

  /// A port of the workload; `service` is the Service it was addressed as, if that is known.
  record Local(InetSocketAddress destination, @Nullable Service service) implements InboundTarget {}

  /// Not served; answered with `status`.
  record Rejected(int status, String error) implements InboundTarget {}

  /// Finds the target of a tunnel that arrived at `local` for a workload.
  ///
  /// @param ownPorts ports of the proxy itself, which no tunnel may reach
  static InboundTarget choose(
      StaticMesh mesh,
      Workload workload,
      InetAddress local,
      Authority authority,
      Set<Integer> ownPorts) {
    return switch (authority) {
      case Authority.ByAddress(var address, int port) ->
          address.equals(local)
              ? at(local, port, guessService(mesh, workload, port), ownPorts)
              : new Rejected(400, "ip mismatch: `" + address.getHostAddress() + "` is not ours");
      case Authority.ByHostname(var hostname, int port) -> {
        Service service = mesh.serviceByHostname(hostname, workload.namespace()).orElse(null);
        if (service == null || !workload.services().containsKey(service.key())) {
          yield new Rejected(503, "workload is no endpoint of `" + hostname + "`");
        }
        int target = StaticMesh.targetPort(service, workload, port);
        yield target == 0
            ? new Rejected(503, "`" + hostname + "` has no port " + port)
            : at(local, target, service, ownPorts);
      }
    };
  }

  private static InboundTarget at(
      InetAddress local, int port, @Nullable Service service, Set<Integer> ownPorts) {
    return ownPorts.contains(port)
        ? new Rejected(503, "port " + port + " is the proxy's own")
        : new Local(new InetSocketAddress(local, port), service);
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
