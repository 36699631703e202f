package dev.sluice.runtime.telemetry;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Peer;
import dev.sluice.runtime.mesh.Workload;

/// One end of a connection as metrics name it; what is not known is `unknown`.
public record Party(
    String workload,
    String canonicalService,
    String canonicalRevision,
    String namespace,
    String principal,
    String cluster,
    String region,
    String zone) {

  static final String UNKNOWN = "unknown";

  /// An end nothing is known about.
  public static Party unknown() {
    return new Party(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);
  }

  /// A workload of the mesh, its identity not proven.
  public static Party of(Workload workload) {
    var origin = workload.origin();
    return new Party(
        known(origin.workloadName()),
        known(origin.canonicalName()),
        known(origin.canonicalRevision()),
        workload.namespace(),
        UNKNOWN,
        known(origin.cluster()),
        known(origin.locality().region()),
        known(origin.locality().zone()));
  }

  /// The same end with a proven identity.
  public Party provenAs(SpiffeId id) {
    return new Party(
        workload, canonicalService, canonicalRevision, namespace, id.uri(), cluster, region, zone);
  }

  /// The same end as far as it has proven itself.
  public Party provenAs(Peer peer) {
    return switch (peer) {
      case Peer.Identified(var id) -> provenAs(id);
      case Peer.Anonymous() -> this;
    };
  }

  private static String known(String text) {
    return text.isEmpty() ? UNKNOWN : text;
  }
}
