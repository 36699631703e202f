package dev.sluice.runtime.mesh;

import java.net.InetAddress;

/// Where traffic is handed over: a destination and the port it takes HBONE on.
public record GatewayAddress(Destination destination, int hbonePort) {

  /// A gateway named by an address.
  public static GatewayAddress at(NetworkAddress address, int hbonePort) {
    return new GatewayAddress(
        new Destination.ByAddress(address.network(), address.address()), hbonePort);
  }

  /// What the gateway is named by; the text is how discovery names the resource behind it.
  public sealed interface Destination {
    /// An address of a workload or Service.
    record ByAddress(String network, InetAddress address) implements Destination {
      public NetworkAddress location() {
        return new NetworkAddress(network, address);
      }

      @Override
      public String toString() {
        return location().toString();
      }
    }

    /// The hostname of a Service.
    record ByHostname(String namespace, String hostname) implements Destination {
      @Override
      public String toString() {
        return namespace + "/" + hostname;
      }
    }
  }

  @Override
  public String toString() {
    return destination + ":" + hbonePort;
  }
}
