package dev.sluice.ztunnel.outbound;

import dev.sluice.engine.identity.SpiffeId;
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

  /// Through a waypoint, addressed as the client did.
  record ViaWaypoint(
      Tunnel tunnel, Workload waypoint, InetSocketAddress destination, @Nullable Service service)
      implements Route {}

  /// Straight to a workload that takes HBONE; `destination` is its address and target port.
  record ViaHbone(
      Tunnel tunnel, Workload workload, InetSocketAddress destination, @Nullable Service service)
      implements Route {}

  /// In plaintext: to a workload without HBONE, or out of the mesh (`workload` null).
  record Passthrough(
      InetSocketAddress destination, @Nullable Workload workload, @Nullable Service service)
      implements Route {}

  /// Nowhere; `reason` is a stable snake_case word.
  record Refused(String reason, String detail) implements Route {}
}
