package dev.sluice.ztunnel.workload;

import dev.sluice.runtime.hbone.HboneServer;
import dev.sluice.runtime.identity.WorkloadCertificate;
import dev.sluice.runtime.mesh.Workload;
import java.util.List;

/// A workload the proxy serves, with its certificate and the listeners that take HBONE for it.
public record Enrolled(
    Workload workload, WorkloadCertificate certificate, List<HboneServer> listeners) {
  public Enrolled {
    listeners = List.copyOf(listeners);
  }

  Enrolled now(Workload next) {
    return new Enrolled(next, certificate, listeners);
  }
}
