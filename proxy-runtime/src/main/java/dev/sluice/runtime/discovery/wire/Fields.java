package dev.sluice.runtime.discovery.wire;

import com.google.protobuf.ByteString;
import dev.sluice.runtime.mesh.GatewayAddress;
import dev.sluice.runtime.mesh.NetworkAddress;
import dev.sluice.schemas.istio.workload.Port;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads the fields that workloads and Services have in common.
final class Fields {

  private static final int DEFAULT_HBONE_PORT = 15_008;

  private Fields() {}

  static String required(String text, String field) throws Refused {
    if (text.isEmpty()) {
      throw new Refused("`" + field + "` is missing");
    }
    return text;
  }

  static InetAddress address(ByteString bytes) throws Refused {
    try {
      return InetAddress.getByAddress(bytes.toByteArray());
    } catch (UnknownHostException wrongLength) {
      throw new Refused("an address of " + bytes.size() + " bytes");
    }
  }

  static NetworkAddress address(dev.sluice.schemas.istio.workload.NetworkAddress address)
      throws Refused {
    return new NetworkAddress(address.getNetwork(), address(address.getAddress()));
  }

  static GatewayAddress gateway(
      dev.sluice.schemas.istio.workload.GatewayAddress gateway, String field) throws Refused {
    int port =
        gateway.getHboneMtlsPort() == 0
            ? DEFAULT_HBONE_PORT
            : port(gateway.getHboneMtlsPort(), field);
    return switch (gateway.getDestinationCase()) {
      case ADDRESS -> GatewayAddress.at(address(gateway.getAddress()), port);
      case HOSTNAME ->
          new GatewayAddress(
              new GatewayAddress.Destination.ByHostname(
                  gateway.getHostname().getNamespace(),
                  required(gateway.getHostname().getHostname(), field + ".hostname")),
              port);
      case DESTINATION_NOT_SET -> throw new Refused("`" + field + "` leads nowhere");
    };
  }

  /// Service port → target port, 0 for one that each endpoint says.
  static Map<Integer, Integer> ports(List<Port> ports) throws Refused {
    var result = new HashMap<Integer, Integer>();
    for (Port port : ports) {
      int target = port.getTargetPort();
      result.put(
          port(port.getServicePort(), "service_port"),
          target == 0 ? 0 : port(target, "target_port"));
    }
    return result;
  }

  static int port(int number, String field) throws Refused {
    if (number < 1 || number > 65_535) {
      throw new Refused("`" + field + "` " + Integer.toUnsignedString(number) + " is no port");
    }
    return number;
  }

  static Refused unknown(String field, int value) {
    return new Refused("`" + field + "` has the unknown value " + value);
  }
}
