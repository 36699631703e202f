package dev.sluice.runtime.discovery.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.runtime.bundle.UnknownLabels;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.mesh.Workload.Handling;
import dev.sluice.schemas.istio.workload.Extension;
import dev.sluice.schemas.workload.v1.Labels;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Reads a workload of Istio's workload API; what is left out means what it means there.
final class WorkloadReader {

  private static final String TRUST_DOMAIN = "cluster.local";
  private static final String SERVICE_ACCOUNT = "default";
  private static final String CLUSTER = "Kubernetes";

  /// Whether the policies that a workload names are had from discovery too.
  enum NamedPolicies {
    KEPT,
    DROPPED
  }

  private WorkloadReader() {}

  static Workload read(
      dev.sluice.schemas.istio.workload.Workload message, NamedPolicies namedPolicies)
      throws Refused {
    String uid = Fields.required(message.getUid(), "uid");
    var addresses = new ArrayList<InetAddress>();
    for (var address : message.getAddressesList()) {
      addresses.add(Fields.address(address));
    }
    var builder =
        Workload.of(uid, message.getName(), identity(message))
            .addresses(addresses)
            .hostname(message.getHostname())
            .protocol(protocol(message))
            .handling(handling(message))
            .network(message.getNetwork())
            .networkMode(networkMode(message))
            .node(message.getNode())
            .origin(origin(message))
            .services(services(message))
            .health(health(message))
            .capacity(capacity(message))
            .labels(labels(message))
            .authorizationPolicies(
                switch (namedPolicies) {
                  case KEPT -> message.getAuthorizationPoliciesList();
                  case DROPPED -> List.of();
                });
    if (message.hasWaypoint()) {
      builder.waypoint(Fields.gateway(message.getWaypoint(), "waypoint"));
    }
    if (message.hasNetworkGateway()) {
      builder.networkGateway(Fields.gateway(message.getNetworkGateway(), "network_gateway"));
    }
    return builder.build();
  }

  private static SpiffeId identity(dev.sluice.schemas.istio.workload.Workload message)
      throws Refused {
    String domain = message.getTrustDomain().isEmpty() ? TRUST_DOMAIN : message.getTrustDomain();
    String account =
        message.getServiceAccount().isEmpty() ? SERVICE_ACCOUNT : message.getServiceAccount();
    try {
      return new SpiffeId(new TrustDomain(domain), message.getNamespace(), account);
    } catch (IllegalArgumentException invalid) {
      throw new Refused(String.valueOf(invalid.getMessage()));
    }
  }

  private static Workload.Protocol protocol(dev.sluice.schemas.istio.workload.Workload message)
      throws Refused {
    return switch (message.getTunnelProtocol()) {
      case NONE -> Workload.Protocol.TCP;
      case HBONE -> Workload.Protocol.HBONE;
      case LEGACY_ISTIO_MTLS ->
          throw new Refused("`tunnel_protocol` LEGACY_ISTIO_MTLS is not supported");
      case UNRECOGNIZED ->
          throw Fields.unknown("tunnel_protocol", message.getTunnelProtocolValue());
    };
  }

  private static Handling handling(dev.sluice.schemas.istio.workload.Workload message)
      throws Refused {
    if (message.getNativeTunnel()) {
      return new Handling.Native();
    }
    if (!message.hasApplicationTunnel()) {
      return new Handling.ByProxy();
    }
    var tunnel = message.getApplicationTunnel();
    int port = tunnel.getPort() == 0 ? 0 : Fields.port(tunnel.getPort(), "application_tunnel.port");
    return switch (tunnel.getProtocol()) {
      case PROXY -> new Handling.ProxyHeader(port);
      case NONE -> port == 0 ? new Handling.ByProxy() : new Handling.OnPort(port);
      case UNRECOGNIZED ->
          throw Fields.unknown("application_tunnel.protocol", tunnel.getProtocolValue());
    };
  }

  private static Workload.NetworkMode networkMode(
      dev.sluice.schemas.istio.workload.Workload message) throws Refused {
    return switch (message.getNetworkMode()) {
      case STANDARD -> Workload.NetworkMode.STANDARD;
      case HOST_NETWORK -> Workload.NetworkMode.HOST_NETWORK;
      case UNRECOGNIZED -> throw Fields.unknown("network_mode", message.getNetworkModeValue());
    };
  }

  private static Workload.Health health(dev.sluice.schemas.istio.workload.Workload message)
      throws Refused {
    return switch (message.getStatus()) {
      case HEALTHY -> Workload.Health.HEALTHY;
      case UNHEALTHY -> Workload.Health.UNHEALTHY;
      case UNRECOGNIZED -> throw Fields.unknown("status", message.getStatusValue());
    };
  }

  private static Workload.Origin origin(dev.sluice.schemas.istio.workload.Workload message)
      throws Refused {
    String type =
        switch (message.getWorkloadType()) {
          case DEPLOYMENT, CRONJOB, POD, JOB ->
              message.getWorkloadType().name().toLowerCase(Locale.ROOT);
          case UNRECOGNIZED ->
              throw Fields.unknown("workload_type", message.getWorkloadTypeValue());
        };
    var locality = message.getLocality();
    return new Workload.Origin(
        message.getClusterId().isEmpty() ? CLUSTER : message.getClusterId(),
        message.getCanonicalName(),
        message.getCanonicalRevision(),
        message.getWorkloadName(),
        type,
        new Workload.Locality(locality.getRegion(), locality.getZone(), locality.getSubzone()));
  }

  private static Map<String, Map<Integer, Integer>> services(
      dev.sluice.schemas.istio.workload.Workload message) throws Refused {
    var services = new HashMap<String, Map<Integer, Integer>>();
    for (var service : message.getServicesMap().entrySet()) {
      if (service.getKey().indexOf('/') <= 0) {
        throw new Refused("service `" + service.getKey() + "` is not `namespace/hostname`");
      }
      services.put(service.getKey(), Fields.ports(service.getValue().getPortsList()));
    }
    return services;
  }

  private static int capacity(dev.sluice.schemas.istio.workload.Workload message) {
    if (!message.hasCapacity()) {
      return 1;
    }
    // Unsigned on the wire; nothing weighs more than two billion.
    int capacity = message.getCapacity().getValue();
    return capacity < 0 ? Integer.MAX_VALUE : capacity;
  }

  private static Map<String, String> labels(dev.sluice.schemas.istio.workload.Workload message)
      throws Refused {
    for (Extension extension : message.getExtensionsList()) {
      if (extension.getConfig().getTypeUrl().equals(DiscoveryService.LABELS_TYPE)) {
        try {
          return Labels.parseFrom(extension.getConfig().getValue()).getLabelsMap();
        } catch (InvalidProtocolBufferException malformed) {
          throw new Refused("labels cannot be read: " + malformed.getMessage());
        }
      }
    }
    return UnknownLabels.LABELS;
  }
}
