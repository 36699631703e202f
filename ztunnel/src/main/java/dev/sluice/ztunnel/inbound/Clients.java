package dev.sluice.ztunnel.inbound;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Peer;
import dev.sluice.runtime.hbone.IncomingTunnel;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.ztunnel.outbound.Baggage;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What telemetry can say of clients: by their address where that means something here, else by
/// what they say of themselves. Nobody decides by it. Source: ztunnel's inbound.
final class Clients {

  private static final String FORWARDED_NETWORK = "x-forwarded-network";
  private static final String HOST = "host=";

  private Clients() {}

  /// The client of a tunnel; null when nothing is known of it.
  static @Nullable Workload of(StaticMesh mesh, IncomingTunnel tunnel) {
    SpiffeId proven =
        switch (tunnel.peer()) {
          case Peer.Identified(var id) -> id;
          case Peer.Anonymous() -> null;
        };
    boolean fromHere =
        tunnel
            .header(FORWARDED_NETWORK)
            .map(network -> network.equalsIgnoreCase(mesh.network()))
            .orElse(true);
    return Optional.of(tunnel.remote().getAddress())
        .filter(_ -> fromHere)
        .flatMap(address -> of(mesh, address, proven))
        .or(() -> tunnel.header("baggage").flatMap(baggage -> Baggage.parse(baggage, proven)))
        .orElse(null);
  }

  /// The workload at an address, unless another has proven to be there.
  static Optional<Workload> of(StaticMesh mesh, InetAddress address, @Nullable SpiffeId proven) {
    return mesh.workload(address)
        .filter(workload -> proven == null || workload.identity().equals(proven));
  }

  /// The Service of a workload that the header `forwarded` names as the one the client meant.
  static Optional<Service> addressed(StaticMesh mesh, Workload workload, IncomingTunnel tunnel) {
    return tunnel
        .header("forwarded")
        .flatMap(Clients::host)
        .flatMap(host -> mesh.serviceByHostname(host, workload.namespace()))
        .filter(service -> workload.services().containsKey(service.key()));
  }

  private static Optional<String> host(String forwarded) {
    for (String part : forwarded.split(";", 8)) {
      String pair = part.strip();
      if (pair.regionMatches(true, 0, HOST, 0, HOST.length())) {
        String value = pair.substring(HOST.length());
        return Optional.of(value.toLowerCase(Locale.ROOT));
      }
    }
    return Optional.empty();
  }
}
