package dev.sluice.compiler.compare;

import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.engine.route.HttpRoute.ServiceRef;

/// One way to reach a workload.
public sealed interface Way {
  /// The workload, as `Deployment shop/api`.
  String workload();

  /// By the pod's address, at any port.
  record Direct(String workload) implements Way {
    static Direct to(LinkedWorkload workload) {
      return new Direct(workload.reference());
    }
  }

  /// By a Service on one of its ports.
  record ByService(ServiceRef service, int port, String workload) implements Way {}

  /// `Deployment shop/api` or `Deployment shop/api by Service shop/api:80`.
  default String words() {
    return switch (this) {
      case Direct(var workload) -> workload;
      case ByService(var service, int port, var workload) ->
          workload + " by Service " + service + ":" + port;
    };
  }
}
