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
/// `hostname` is resolved by DNS where there are no addresses; empty otherwise. `services` maps
/// `namespace/hostname` of each Service it is an endpoint of to service port → target port.
/// `capacity` is its weight among the endpoints of a Service; 0 takes no traffic.
/// `authorizationPolicies` names policies, as `namespace/name`, that discovery or the mesh file say
/// apply to it. Source: Istio workload API, `Workload`.
public record Workload(
    String uid,
    String name,
    SpiffeId identity,
    List<InetAddress> addresses,
    String hostname,
    Protocol protocol,
    Handling handling,
    String network,
    NetworkMode networkMode,
    String node,
    Origin origin,
    Map<String, Map<Integer, Integer>> services,
    Health health,
    @Nullable GatewayAddress waypoint,
    @Nullable GatewayAddress networkGateway,
    int capacity,
    Map<String, String> labels,
    List<String> authorizationPolicies) {

  public Workload {
    addresses = List.copyOf(addresses);
    services = Map.copyOf(services);
    labels = Map.copyOf(labels);
    authorizationPolicies = List.copyOf(authorizationPolicies);
  }

  /// A workload of the default network that takes plaintext, to be described further.
  public static WorkloadBuilder of(String uid, String name, SpiffeId identity) {
    return new WorkloadBuilder(uid, name, identity);
  }

  /// The same workload with these addresses.
  public Workload at(List<InetAddress> resolved) {
    return of(uid, name, identity)
        .addresses(resolved)
        .hostname(hostname)
        .protocol(protocol)
        .handling(handling)
        .network(network)
        .networkMode(networkMode)
        .node(node)
        .origin(origin)
        .services(services)
        .health(health)
        .waypoint(waypoint)
        .networkGateway(networkGateway)
        .capacity(capacity)
        .labels(labels)
        .authorizationPolicies(authorizationPolicies)
        .build();
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

  /// Whether the workload has addresses of its own; those of the host's network belong to no one
  /// workload and lead to none.
  public enum NetworkMode {
    STANDARD,
    HOST_NETWORK
  }

  /// Who ends a tunnel to the workload, and what the application is given.
  public sealed interface Handling {

    /// The proxy ends it and gives the application bytes.
    record ByProxy() implements Handling {}

    /// The workload ends it itself.
    record Native() implements Handling {}

    /// The proxy ends it and gives the application a PROXY protocol header before the bytes, on
    /// `port` (0: the port that was addressed).
    record ProxyHeader(int port) implements Handling {}

    /// The proxy ends it and gives the application bytes on `port`, whatever port was addressed.
    record OnPort(int port) implements Handling {}

    /// Whether the application is a waypoint or the like that takes what is addressed to others.
    default boolean takesForOthers() {
      return switch (this) {
        case ProxyHeader _, OnPort _ -> true;
        case ByProxy _, Native _ -> false;
      };
    }

    /// The port that takes everything; 0 when each port takes its own.
    default int tunnelPort() {
      return switch (this) {
        case ProxyHeader(int port) -> port;
        case OnPort(int port) -> port;
        case ByProxy _, Native _ -> 0;
      };
    }
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
  public record Locality(String region, String zone, String subzone) {

    /// Nowhere in particular.
    public static Locality unknown() {
      return new Locality("", "", "");
    }
  }

  public String namespace() {
    return identity.namespace();
  }

  /// `namespace/name`.
  public String key() {
    return namespace() + "/" + name;
  }

  /// Whether it is a pod, by its uid `cluster/group/Kind/namespace/name`.
  public boolean isPod() {
    return uid.contains("//Pod/");
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
