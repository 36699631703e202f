package dev.sluice.ztunnel.workload;

import dev.sluice.runtime.hbone.HboneServer;
import dev.sluice.runtime.identity.LiveIdentity;
import dev.sluice.runtime.mesh.Workload;
import java.util.List;

/// A workload the proxy serves, with its identity and the listeners that take HBONE for it.
public record Enrolled(Workload workload, LiveIdentity identity, List<HboneServer> listeners) {
  public Enrolled {
    listeners = List.copyOf(listeners);
  }

  Enrolled now(Workload next) {
    return new Enrolled(next, identity, listeners);
  }
}
