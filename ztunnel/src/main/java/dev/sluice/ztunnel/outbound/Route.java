package dev.sluice.ztunnel.outbound;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.mesh.Endpoint;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.Workload;
import java.net.InetSocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where an outbound connection is led.
public sealed interface Route {

  /// A tunnel: `dial` takes HBONE, must prove one of `expected`, and is told `authority`.
  record Tunnel(InetSocketAddress dial, Set<SpiffeId> expected, String authority) {
    public Tunnel {
      expected = Set.copyOf(expected);
    }
  }

  /// Somewhere.
  sealed interface Led extends Route {

    /// The address the connection is for.
    InetSocketAddress destination();

    /// The workload that is dialled, a waypoint or gateway included; null outside of the mesh.
    @Nullable Workload workload();

    /// The Service that was addressed.
    @Nullable Service service();
  }

  /// Through a waypoint, addressed as the client did.
  record ViaWaypoint(
      Tunnel tunnel, Workload workload, InetSocketAddress destination, @Nullable Service service)
      implements Led {}

  /// Straight to a workload that takes HBONE; `destination` is its address and target port.
  record ViaHbone(
      Tunnel tunnel, Workload workload, InetSocketAddress destination, @Nullable Service service)
      implements Led {}

  /// Into another network: a tunnel to its gateway, and inside of it another to whoever the gateway
  /// leads to, who must prove one of `inner`. Both are told the same authority.
  ///
  /// @param workload the gateway
  record ViaNetworkGateway(
      Tunnel tunnel,
      Set<SpiffeId> inner,
      Workload workload,
      InetSocketAddress destination,
      Service service)
      implements Led {
    public ViaNetworkGateway {
      inner = Set.copyOf(inner);
    }
  }

  /// In plaintext: to a workload without HBONE, or out of the mesh (`workload` null).
  record Passthrough(
      InetSocketAddress destination, @Nullable Workload workload, @Nullable Service service)
      implements Led {}

  /// To an endpoint once the addresses of its hostname are known: it has no others.
  record Unresolved(Endpoint endpoint, Service service) implements Route {
    public String hostname() {
      return endpoint.workload().hostname();
    }
  }

  /// Nowhere; `reason` is a stable snake_case word.
  record Refused(String reason, String detail) implements Route {}
}
