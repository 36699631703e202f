package dev.sluice.runtime.mesh;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.mesh.Service.Block;
import dev.sluice.runtime.mesh.Service.IpFamilies;
import dev.sluice.runtime.mesh.Service.LoadBalancing;
import dev.sluice.runtime.mesh.Service.Standing;
import dev.sluice.runtime.mesh.Service.Visibility;
import dev.sluice.runtime.mesh.Service.WeightedWaypoint;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Describes a [Service] field by field; what is not said is what upstream's messages mean by
/// leaving it out.
public final class ServiceBuilder {

  private final String name;
  private final String namespace;
  private final String hostname;
  private List<NetworkAddress> vips = List.of();
  private List<Block> blocks = List.of();
  private Map<Integer, Integer> ports = Map.of();
  private List<SpiffeId> subjectAltNames = List.of();
  private @Nullable GatewayAddress waypoint;
  private List<WeightedWaypoint> weightedWaypoints = List.of();
  private LoadBalancing loadBalancing = LoadBalancing.standard();
  private IpFamilies ipFamilies = IpFamilies.AUTOMATIC;
  private Standing standing = Standing.ORDINARY;
  private Visibility visibility = Visibility.PUBLIC;
  private Map<Integer, String> appProtocols = Map.of();

  ServiceBuilder(String name, String namespace, String hostname) {
    this.name = name;
    this.namespace = namespace;
    this.hostname = hostname;
  }

  public ServiceBuilder vips(List<NetworkAddress> value) {
    vips = value;
    return this;
  }

  public ServiceBuilder blocks(List<Block> value) {
    blocks = value;
    return this;
  }

  public ServiceBuilder ports(Map<Integer, Integer> value) {
    ports = value;
    return this;
  }

  public ServiceBuilder subjectAltNames(List<SpiffeId> value) {
    subjectAltNames = value;
    return this;
  }

  public ServiceBuilder waypoint(@Nullable GatewayAddress value) {
    waypoint = value;
    return this;
  }

  public ServiceBuilder weightedWaypoints(List<WeightedWaypoint> value) {
    weightedWaypoints = value;
    return this;
  }

  public ServiceBuilder loadBalancing(LoadBalancing value) {
    loadBalancing = value;
    return this;
  }

  public ServiceBuilder ipFamilies(IpFamilies value) {
    ipFamilies = value;
    return this;
  }

  public ServiceBuilder standing(Standing value) {
    standing = value;
    return this;
  }

  public ServiceBuilder visibility(Visibility value) {
    visibility = value;
    return this;
  }

  public ServiceBuilder appProtocols(Map<Integer, String> value) {
    appProtocols = value;
    return this;
  }

  /// The Service described so far.
  public Service build() {
    return new Service(
        name,
        namespace,
        hostname,
        vips,
        blocks,
        ports,
        subjectAltNames,
        waypoint,
        weightedWaypoints,
        loadBalancing,
        ipFamilies,
        standing,
        visibility,
        appProtocols);
  }
}
