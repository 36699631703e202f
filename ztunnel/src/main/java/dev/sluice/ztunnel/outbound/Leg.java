package dev.sluice.ztunnel.outbound;

import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.Workload;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// The far side of an outbound connection that has a route.
sealed interface Leg {

  InetSocketAddress destination();

  /// The workload at the far end, a waypoint included; null outside of the mesh.
  @Nullable Workload workload();

  @Nullable Service service();

  /// By HBONE.
  record Tunnelled(
      Route.Tunnel tunnel,
      Workload workload,
      InetSocketAddress destination,
      @Nullable Service service)
      implements Leg {}

  /// By plain TCP.
  record Plain(
      InetSocketAddress destination, @Nullable Workload workload, @Nullable Service service)
      implements Leg {}
}
