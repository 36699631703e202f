package dev.sluice.runtime.mesh;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.mesh.Workload.Handling;
import dev.sluice.runtime.mesh.Workload.Health;
import dev.sluice.runtime.mesh.Workload.Locality;
import dev.sluice.runtime.mesh.Workload.NetworkMode;
import dev.sluice.runtime.mesh.Workload.Origin;
import dev.sluice.runtime.mesh.Workload.Protocol;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Describes a [Workload] field by field; what is not said is what upstream's messages mean by
/// leaving it out.
public final class WorkloadBuilder {

  private final String uid;
  private final String name;
  private final SpiffeId identity;
  private List<InetAddress> addresses = List.of();
  private String hostname = "";
  private Protocol protocol = Protocol.TCP;
  private Handling handling = new Handling.ByProxy();
  private String network = "";
  private NetworkMode networkMode = NetworkMode.STANDARD;
  private String node = "";
  private Origin origin;
  private Map<String, Map<Integer, Integer>> services = Map.of();
  private Health health = Health.HEALTHY;
  private @Nullable GatewayAddress waypoint;
  private @Nullable GatewayAddress networkGateway;
  private int capacity = 1;
  private Map<String, String> labels = Map.of();
  private List<String> authorizationPolicies = List.of();

  WorkloadBuilder(String uid, String name, SpiffeId identity) {
    this.uid = uid;
    this.name = name;
    this.identity = identity;
    this.origin = new Origin("", name, "", name, "pod", Locality.unknown());
  }

  public WorkloadBuilder addresses(List<InetAddress> value) {
    addresses = value;
    return this;
  }

  public WorkloadBuilder hostname(String value) {
    hostname = value;
    return this;
  }

  public WorkloadBuilder protocol(Protocol value) {
    protocol = value;
    return this;
  }

  public WorkloadBuilder handling(Handling value) {
    handling = value;
    return this;
  }

  public WorkloadBuilder network(String value) {
    network = value;
    return this;
  }

  public WorkloadBuilder networkMode(NetworkMode value) {
    networkMode = value;
    return this;
  }

  public WorkloadBuilder node(String value) {
    node = value;
    return this;
  }

  public WorkloadBuilder origin(Origin value) {
    origin = value;
    return this;
  }

  public WorkloadBuilder services(Map<String, Map<Integer, Integer>> value) {
    services = value;
    return this;
  }

  public WorkloadBuilder health(Health value) {
    health = value;
    return this;
  }

  public WorkloadBuilder waypoint(@Nullable GatewayAddress value) {
    waypoint = value;
    return this;
  }

  public WorkloadBuilder networkGateway(@Nullable GatewayAddress value) {
    networkGateway = value;
    return this;
  }

  public WorkloadBuilder capacity(int value) {
    capacity = value;
    return this;
  }

  public WorkloadBuilder labels(Map<String, String> value) {
    labels = value;
    return this;
  }

  public WorkloadBuilder authorizationPolicies(List<String> value) {
    authorizationPolicies = value;
    return this;
  }

  /// The workload described so far.
  public Workload build() {
    return new Workload(
        uid,
        name,
        identity,
        addresses,
        hostname,
        protocol,
        handling,
        network,
        networkMode,
        node,
        origin,
        services,
        health,
        waypoint,
        networkGateway,
        capacity,
        labels,
        authorizationPolicies);
  }
}
