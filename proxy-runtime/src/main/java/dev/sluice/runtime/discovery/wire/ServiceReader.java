package dev.sluice.runtime.discovery.wire;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Cidr;
import dev.sluice.runtime.mesh.NetworkAddress;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.schemas.istio.workload.AppProtocol;
import dev.sluice.schemas.istio.workload.LoadBalancing;
import dev.sluice.schemas.istio.workload.Port;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads a Service of Istio's workload API; what is left out means what it means there.
final class ServiceReader {

  private ServiceReader() {}

  static Service read(dev.sluice.schemas.istio.workload.Service message) throws Refused {
    var builder =
        Service.of(
                message.getName(),
                Fields.required(message.getNamespace(), "namespace"),
                Fields.required(message.getHostname(), "hostname"))
            .ports(Fields.ports(message.getPortsList()))
            .appProtocols(appProtocols(message.getPortsList()))
            .subjectAltNames(names(message.getSubjectAltNamesList()))
            .ipFamilies(families(message))
            .standing(
                message.getCanonical() ? Service.Standing.CANONICAL : Service.Standing.ORDINARY)
            .visibility(visibility(message));
    var vips = new ArrayList<NetworkAddress>();
    var blocks = new ArrayList<Service.Block>();
    for (var address : message.getAddressesList()) {
      addAddress(address, vips, blocks);
    }
    builder.vips(vips).blocks(blocks);
    if (message.hasWaypoint()) {
      builder.waypoint(Fields.gateway(message.getWaypoint(), "waypoint"));
    }
    var weighted = new ArrayList<Service.WeightedWaypoint>();
    for (var each : message.getWeightedWaypointsList()) {
      weighted.add(
          new Service.WeightedWaypoint(
              Fields.gateway(each.getDestination(), "weighted_waypoints"),
              Math.max(0, each.getWeight())));
    }
    builder.weightedWaypoints(weighted);
    if (message.hasLoadBalancing()) {
      builder.loadBalancing(loadBalancing(message.getLoadBalancing()));
    }
    return builder.build();
  }

  private static void addAddress(
      dev.sluice.schemas.istio.workload.NetworkAddress message,
      List<NetworkAddress> vips,
      List<Service.Block> blocks)
      throws Refused {
    NetworkAddress address = Fields.address(message);
    int bits = address.address().getAddress().length * 8;
    if (!message.hasLength() || message.getLength() == bits) {
      vips.add(address);
    } else if (message.getLength() >= 0 && message.getLength() < bits) {
      blocks.add(
          new Service.Block(address.network(), new Cidr(address.address(), message.getLength())));
    } else {
      throw new Refused("a prefix of " + Integer.toUnsignedString(message.getLength()) + " bits");
    }
  }

  /// Names that are no workload identities, such as the DNS names of what lies outside the mesh,
  /// are nothing a peer of the mesh could prove.
  private static List<SpiffeId> names(List<String> texts) {
    return texts.stream().map(SpiffeId::parse).flatMap(Optional::stream).toList();
  }

  private static Map<Integer, String> appProtocols(List<Port> ports) {
    var result = new HashMap<Integer, String>();
    for (Port port : ports) {
      String name = name(port.getAppProtocol());
      if (!name.isEmpty()) {
        result.put(port.getServicePort(), name);
      }
    }
    return result;
  }

  private static String name(AppProtocol protocol) {
    return switch (protocol) {
      case HTTP11 -> "http";
      case HTTP2 -> "http2";
      case GRPC -> "grpc";
      // A protocol that is not known is one that is not said.
      case UNKNOWN, UNRECOGNIZED -> "";
    };
  }

  private static Service.IpFamilies families(dev.sluice.schemas.istio.workload.Service message)
      throws Refused {
    return switch (message.getIpFamilies()) {
      case AUTOMATIC -> Service.IpFamilies.AUTOMATIC;
      case IPV4_ONLY -> Service.IpFamilies.IPV4;
      case IPV6_ONLY -> Service.IpFamilies.IPV6;
      case DUAL -> Service.IpFamilies.DUAL;
      case UNRECOGNIZED -> throw Fields.unknown("ip_families", message.getIpFamiliesValue());
    };
  }

  private static Service.Visibility visibility(dev.sluice.schemas.istio.workload.Service message)
      throws Refused {
    return switch (message.getVisibility()) {
      case PUBLIC -> Service.Visibility.PUBLIC;
      case NAMESPACE -> Service.Visibility.NAMESPACE;
      case UNRECOGNIZED -> throw Fields.unknown("visibility", message.getVisibilityValue());
    };
  }

  private static Service.LoadBalancing loadBalancing(LoadBalancing message) throws Refused {
    var preferences = new ArrayList<Service.Preference>();
    for (LoadBalancing.Scope scope : message.getRoutingPreferenceList()) {
      preferences.add(preference(scope));
    }
    Service.Mode mode =
        switch (message.getMode()) {
          case UNSPECIFIED_MODE -> Service.Mode.STANDARD;
          case STRICT -> Service.Mode.STRICT;
          case FAILOVER -> Service.Mode.FAILOVER;
          case PASSTHROUGH -> Service.Mode.PASSTHROUGH;
          case UNRECOGNIZED -> throw Fields.unknown("load_balancing.mode", message.getModeValue());
        };
    Service.HealthPolicy health =
        switch (message.getHealthPolicy()) {
          case ONLY_HEALTHY -> Service.HealthPolicy.ONLY_HEALTHY;
          case ALLOW_ALL -> Service.HealthPolicy.ALLOW_ALL;
          case UNRECOGNIZED ->
              throw Fields.unknown("load_balancing.health_policy", message.getHealthPolicyValue());
        };
    return new Service.LoadBalancing(preferences, mode, health);
  }

  private static Service.Preference preference(LoadBalancing.Scope scope) throws Refused {
    return switch (scope) {
      case REGION -> Service.Preference.REGION;
      case ZONE -> Service.Preference.ZONE;
      case SUBZONE -> Service.Preference.SUBZONE;
      case NODE -> Service.Preference.NODE;
      case CLUSTER -> Service.Preference.CLUSTER;
      case NETWORK -> Service.Preference.NETWORK;
      case UNSPECIFIED_SCOPE, UNRECOGNIZED ->
          throw new Refused("`routing_preference` has an unknown scope");
    };
  }
}
