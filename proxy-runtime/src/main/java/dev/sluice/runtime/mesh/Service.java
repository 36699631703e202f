package dev.sluice.runtime.mesh;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Cidr;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A Service: addresses and ports that stand for its endpoints.
///
/// `ports` maps service port → target port, 0 when each endpoint says it; `appProtocols` maps
/// service port → application protocol.
public record Service(
    String name,
    String namespace,
    String hostname,
    List<InetAddress> vips,
    List<Cidr> cidrVips,
    Map<Integer, Integer> ports,
    List<SpiffeId> subjectAltNames,
    @Nullable GatewayAddress waypoint,
    LoadBalancing loadBalancing,
    Visibility visibility,
    Map<Integer, String> appProtocols) {

  public Service {
    vips = List.copyOf(vips);
    cidrVips = List.copyOf(cidrVips);
    ports = Map.copyOf(ports);
    subjectAltNames = List.copyOf(subjectAltNames);
    appProtocols = Map.copyOf(appProtocols);
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
}
