package dev.sluice.runtime.telemetry;

import io.prometheus.metrics.core.metrics.Counter;
import java.util.function.IntSupplier;

/// How many pods the node proxy serves, waits for, and has taken and let go. Source of names:
/// ztunnel's workload manager.
public final class EnrolmentMetrics {

  private final Counter started;
  private final Counter stopped;

  /// Registers the metrics; once per proxy.
  ///
  /// @param active pods served at the moment
  /// @param pending pods that could not be taken yet
  public EnrolmentMetrics(MeshMetrics metrics, IntSupplier active, IntSupplier pending) {
    metrics.gauge("workload_manager_active_proxy_count", "Pods served", active::getAsInt);
    metrics.gauge("workload_manager_pending_proxy_count", "Pods not served yet", pending::getAsInt);
    started =
        Counter.builder()
            .name("workload_manager_proxies_started")
            .help("Pods that were taken")
            .register(metrics.registry());
    stopped =
        Counter.builder()
            .name("workload_manager_proxies_stopped")
            .help("Pods that were let go")
            .register(metrics.registry());
  }

  /// Counts a pod that is served from now on.
  public void started() {
    started.inc();
  }

  /// Counts a pod that is no longer served.
  public void stopped() {
    stopped.inc();
  }
}
