package dev.sluice.ztunnel;

import dev.sluice.runtime.hbone.HbonePool;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Workload;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Lets go of pooled connections to pods that are gone, before their addresses belong to others.
///
/// A connection to a dead pod looks alive until a PING fails, and a tunnel opened on it meanwhile
/// would fail although the new pod is well.
final class PodTurnover {

  private final HbonePool pool;
  private Map<InetAddress, String> known = Map.of();

  PodTurnover(HbonePool pool) {
    this.pool = pool;
  }

  /// The mesh has changed.
  synchronized void meshIs(StaticMesh mesh) {
    Map<InetAddress, String> now = new HashMap<>();
    for (Workload workload : mesh.workloads()) {
      workload.addresses().forEach(address -> now.put(address, workload.uid()));
    }
    Set<InetAddress> others = new HashSet<>();
    known.forEach((address, uid) -> {
      if (!uid.equals(now.get(address))) {
        others.add(address);
      }
    });
    known = now;
    if (!others.isEmpty()) {
      pool.forget(others);
    }
  }
}
