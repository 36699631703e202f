package dev.sluice.runtime.mesh;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Cidr;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A Service: addresses and ports that stand for its endpoints.
///
/// A headless Service has no addresses. `ports` maps service port → target port, 0 when each
/// endpoint says it; `appProtocols` maps service port → application protocol. `weightedWaypoints`,
/// where there are any, take the place of `waypoint`, each its share. Source: Istio workload API,
/// `Service`.
public record Service(
    String name,
    String namespace,
    String hostname,
    List<NetworkAddress> vips,
    List<Block> blocks,
    Map<Integer, Integer> ports,
    List<SpiffeId> subjectAltNames,
    @Nullable GatewayAddress waypoint,
    List<WeightedWaypoint> weightedWaypoints,
    LoadBalancing loadBalancing,
    IpFamilies ipFamilies,
    Standing standing,
    Visibility visibility,
    Map<Integer, String> appProtocols) {

  public Service {
    vips = List.copyOf(vips);
    blocks = List.copyOf(blocks);
    ports = Map.copyOf(ports);
    subjectAltNames = List.copyOf(subjectAltNames);
    weightedWaypoints = List.copyOf(weightedWaypoints);
    appProtocols = Map.copyOf(appProtocols);
  }

  /// A Service without addresses, to be described further.
  public static ServiceBuilder of(String name, String namespace, String hostname) {
    return new ServiceBuilder(name, namespace, hostname);
  }

  /// A block of addresses of one network, all of which stand for a Service.
  public record Block(String network, Cidr cidr) {}

  /// One of several waypoints; it takes `weight` of the sum of the weights.
  public record WeightedWaypoint(GatewayAddress gateway, int weight) {}

  /// Which addresses of an endpoint may be dialled.
  public enum IpFamilies {
    AUTOMATIC,
    IPV4,
    IPV6,
    DUAL
  }

  /// Which of several Services with the same hostname or address is meant where nothing else says.
  public enum Standing {
    CANONICAL,
    ORDINARY
  }

  /// Who may use a Service.
  public enum Visibility {
    PUBLIC,
    NAMESPACE
  }

  /// What endpoints are ranked by, most significant first.
  public enum Preference {
    REGION,
    ZONE,
    SUBZONE,
    NODE,
    CLUSTER,
    NETWORK
  }

  /// How an endpoint is chosen among the ranked ones.
  public enum Mode {
    STANDARD,
    STRICT,
    FAILOVER,
    PASSTHROUGH
  }

  /// Which endpoints count.
  public enum HealthPolicy {
    ONLY_HEALTHY,
    ALLOW_ALL
  }

  /// How an endpoint is chosen. Source: Istio workload API, `LoadBalancing`.
  public record LoadBalancing(List<Preference> preferences, Mode mode, HealthPolicy healthPolicy) {
    public LoadBalancing {
      preferences = List.copyOf(preferences);
    }

    /// By capacity alone, among the healthy.
    public static LoadBalancing standard() {
      return new LoadBalancing(List.of(), Mode.STANDARD, HealthPolicy.ONLY_HEALTHY);
    }
  }

  /// `namespace/hostname`, as workloads refer to it.
  public String key() {
    return namespace + "/" + hostname;
  }

  /// Whether it has no address of its own: clients dial its endpoints.
  public boolean isHeadless() {
    return vips.isEmpty() && blocks.isEmpty();
  }
}
