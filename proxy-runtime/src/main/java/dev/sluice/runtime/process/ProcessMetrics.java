package dev.sluice.runtime.process;

import dev.sluice.runtime.netty.Transport;
import dev.sluice.runtime.telemetry.MeshMetrics;
import io.prometheus.metrics.core.metrics.CounterWithCallback;

/// What a proxy's process tells about its resources.
final class ProcessMetrics {

  private ProcessMetrics() {}

  /// Registers the metrics of the process's sockets.
  static void register(MeshMetrics metrics, Transport transport) {
    var listeners = transport.listeners();
    CounterWithCallback.builder()
        .name("sluice_connections_shed")
        .help("Connections reset because no file descriptor was left")
        .callback(callback -> callback.call((double) listeners.shed()))
        .register(metrics.registry());
    metrics.gauge(
        "sluice_descriptors_exhausted",
        "1 while no file descriptor is left for new connections",
        () -> listeners.isShedding() ? 1 : 0);
  }
}
