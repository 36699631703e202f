package dev.sluice.runtime.mesh;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.Scope;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One pod, or anything else with an identity and addresses.
///
/// `services` maps `namespace/hostname` of each Service it is an endpoint of to service port →
/// target port. `capacity` is its weight among the endpoints of a Service; 0 takes no traffic.
public record Workload(
    String uid,
    String name,
    SpiffeId identity,
    List<InetAddress> addresses,
    Protocol protocol,
    String network,
    String node,
    Origin origin,
    Map<String, Map<Integer, Integer>> services,
    Health health,
    @Nullable GatewayAddress waypoint,
    int capacity,
    Map<String, String> labels) {

  public Workload {
    addresses = List.copyOf(addresses);
    services = Map.copyOf(services);
    labels = Map.copyOf(labels);
  }

  /// How the workload is reached.
  public enum Protocol {
    HBONE,
    TCP
  }

  /// Whether the workload takes traffic.
  public enum Health {
    HEALTHY,
    UNHEALTHY
  }

  /// Where it runs and what it is called in telemetry; empty text means unknown.
  public record Origin(
      String cluster,
      String canonicalName,
      String canonicalRevision,
      String workloadName,
      String workloadType,
      Locality locality) {}

  /// The place of a workload; empty text means unknown.
  public record Locality(String region, String zone, String subzone) {}

  public String namespace() {
    return identity.namespace();
  }

  /// `namespace/name`.
  public String key() {
    return namespace() + "/" + name;
  }

  /// What policies see of it when it is dialled directly.
  public Destination direct() {
    return Destination.direct(namespace(), labels);
  }

  /// What policies see of it when traffic is addressed to these targets.
  public Destination addressedAs(Set<Scope.Target> targets) {
    return new Destination(namespace(), labels, targets);
  }
}
