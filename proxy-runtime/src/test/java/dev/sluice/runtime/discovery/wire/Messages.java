package dev.sluice.runtime.discovery.wire;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.sluice.schemas.envoy.discovery.v3.Resource;
import dev.sluice.schemas.istio.security.Authorization;
import dev.sluice.schemas.istio.workload.Address;
import dev.sluice.schemas.istio.workload.Extension;
import dev.sluice.schemas.istio.workload.NetworkAddress;
import dev.sluice.schemas.istio.workload.Port;
import dev.sluice.schemas.istio.workload.PortList;
import dev.sluice.schemas.istio.workload.Service;
import dev.sluice.schemas.istio.workload.TunnelProtocol;
import dev.sluice.schemas.istio.workload.Workload;
import dev.sluice.schemas.workload.v1.Labels;
import java.net.InetAddress;
import java.util.Map;

/// Resources as a control plane sends them.
public final class Messages {

  private Messages() {}

  public static ByteString ip(String literal) {
    return ByteString.copyFrom(InetAddress.ofLiteral(literal).getAddress());
  }

  /// A pod that takes HBONE and is the only one of its service account.
  public static Workload.Builder pod(String namespace, String name, String ip, String node) {
    return Workload.newBuilder()
        .setUid("c//Pod/" + namespace + "/" + name)
        .setName(name)
        .setNamespace(namespace)
        .setServiceAccount(name)
        .addAddresses(ip(ip))
        .setNode(node)
        .setTunnelProtocol(TunnelProtocol.HBONE)
        .addExtensions(labels(Map.of("app", name)));
  }

  public static Extension labels(Map<String, String> labels) {
    return Extension.newBuilder()
        .setName("labels")
        .setConfig(
            any(DiscoveryService.LABELS_TYPE, Labels.newBuilder().putAllLabels(labels).build()))
        .build();
  }

  /// A Service with one port.
  public static Service.Builder service(
      String namespace, String name, String vip, int port, int target) {
    return Service.newBuilder()
        .setName(name)
        .setNamespace(namespace)
        .setHostname(name + "." + namespace)
        .addAddresses(NetworkAddress.newBuilder().setAddress(ip(vip)))
        .addPorts(Port.newBuilder().setServicePort(port).setTargetPort(target));
  }

  /// The port of an endpoint behind a service port.
  public static PortList port(int port, int target) {
    return PortList.newBuilder()
        .addPorts(Port.newBuilder().setServicePort(port).setTargetPort(target))
        .build();
  }

  public static Resource resource(Workload workload) {
    return resource(
        workload.getUid(),
        DiscoveryService.ADDRESS_TYPE,
        Address.newBuilder().setWorkload(workload).build());
  }

  public static Resource resource(Service service) {
    return resource(
        service.getNamespace() + "/" + service.getHostname(),
        DiscoveryService.ADDRESS_TYPE,
        Address.newBuilder().setService(service).build());
  }

  public static Resource resource(Authorization policy) {
    return resource(
        policy.getNamespace() + "/" + policy.getName(),
        DiscoveryService.AUTHORIZATION_TYPE,
        policy);
  }

  public static Resource resource(String name, String type, Message message) {
    return Resource.newBuilder()
        .setName(name)
        .setVersion(Integer.toHexString(message.hashCode()))
        .setResource(any(type, message))
        .build();
  }

  private static Any any(String type, Message message) {
    return Any.newBuilder().setTypeUrl(type).setValue(message.toByteString()).build();
  }
}
