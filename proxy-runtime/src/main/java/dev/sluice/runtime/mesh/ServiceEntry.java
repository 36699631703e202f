package dev.sluice.runtime.mesh;

import dev.sluice.engine.policy.Cidr;
import dev.sluice.runtime.mesh.Service.Block;
import dev.sluice.runtime.mesh.Service.HealthPolicy;
import dev.sluice.runtime.mesh.Service.IpFamilies;
import dev.sluice.runtime.mesh.Service.LoadBalancing;
import dev.sluice.runtime.mesh.Service.Mode;
import dev.sluice.runtime.mesh.Service.Preference;
import dev.sluice.runtime.mesh.Service.Standing;
import dev.sluice.runtime.mesh.Service.Visibility;
import dev.sluice.runtime.mesh.Service.WeightedWaypoint;
import dev.sluice.runtime.yaml.FieldReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads one Service of a mesh file.
final class ServiceEntry {

  private static final int MAX_WEIGHT = 1_000_000;

  private static final Map<String, Preference> PREFERENCES =
      new TreeMap<>(
          Map.of(
              "Region", Preference.REGION,
              "Zone", Preference.ZONE,
              "Subzone", Preference.SUBZONE,
              "Node", Preference.NODE,
              "Cluster", Preference.CLUSTER,
              "Network", Preference.NETWORK));
  private static final Map<String, Mode> MODES =
      new TreeMap<>(
          Map.of(
              "Standard", Mode.STANDARD,
              "Strict", Mode.STRICT,
              "Failover", Mode.FAILOVER,
              "Passthrough", Mode.PASSTHROUGH));
  private static final Map<String, HealthPolicy> HEALTH_POLICIES =
      new TreeMap<>(
          Map.of("OnlyHealthy", HealthPolicy.ONLY_HEALTHY, "AllowAll", HealthPolicy.ALLOW_ALL));
  private static final Map<String, Visibility> VISIBILITIES =
      new TreeMap<>(Map.of("Public", Visibility.PUBLIC, "Namespace", Visibility.NAMESPACE));
  private static final Map<String, IpFamilies> FAMILIES =
      new TreeMap<>(
          Map.of("Dual", IpFamilies.DUAL, "IPv4", IpFamilies.IPV4, "IPv6", IpFamilies.IPV6));
  private static final Map<String, Standing> STANDINGS =
      new TreeMap<>(Map.of("true", Standing.CANONICAL, "false", Standing.ORDINARY));

  private ServiceEntry() {}

  static Service read(FieldReader in) {
    for (String required : List.of("vips", "ports")) {
      if (in.node(required) == null) {
        in.missing(required);
      }
    }
    var balancing = in.object("loadBalancer", ServiceEntry::loadBalancing);
    return Service.of(
            in.requiredText("name"), in.requiredText("namespace"), in.requiredText("hostname"))
        .vips(in.list("vips", "`network/address`", ServiceEntry::vip))
        .blocks(in.list("cidrVips", "`network/block`", ServiceEntry::block))
        .ports(in.ports("ports"))
        .subjectAltNames(in.list("subjectAltNames", "an identity", FieldReader::identity))
        .waypoint(in.object("waypoint", GatewayEntry::read))
        .weightedWaypoints(in.objects("weightedWaypoints", ServiceEntry::weighted))
        .loadBalancing(balancing == null ? LoadBalancing.standard() : balancing)
        .ipFamilies(in.word("ipFamilies", FAMILIES, IpFamilies.AUTOMATIC))
        .standing(in.word("canonical", STANDINGS, Standing.ORDINARY))
        .visibility(in.word("visibility", VISIBILITIES, Visibility.PUBLIC))
        .appProtocols(in.wordsByPort("appProtocols"))
        .build();
  }

  private static Optional<NetworkAddress> vip(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? Optional.empty()
        : FieldReader.address(text.substring(slash + 1))
            .map(address -> new NetworkAddress(text.substring(0, slash), address));
  }

  private static Optional<Block> block(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? Optional.empty()
        : Cidr.parse(text.substring(slash + 1))
            .map(cidr -> new Block(text.substring(0, slash), cidr));
  }

  private static WeightedWaypoint weighted(FieldReader in) {
    int weight = in.number("weight", 1, 0, MAX_WEIGHT);
    return new WeightedWaypoint(GatewayEntry.read(in), weight);
  }

  private static LoadBalancing loadBalancing(FieldReader in) {
    for (String required : List.of("routingPreferences", "mode")) {
      if (in.node(required) == null) {
        in.missing(required);
      }
    }
    return new LoadBalancing(
        in.list(
            "routingPreferences",
            "one of " + String.join(", ", PREFERENCES.keySet()),
            word -> Optional.ofNullable(PREFERENCES.get(word))),
        in.word("mode", MODES, Mode.STANDARD),
        in.word("healthPolicy", HEALTH_POLICIES, HealthPolicy.ONLY_HEALTHY));
  }
}
