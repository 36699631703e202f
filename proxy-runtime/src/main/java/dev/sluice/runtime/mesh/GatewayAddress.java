package dev.sluice.runtime.mesh;

import java.net.InetAddress;

/// Where traffic is handed over: a destination and the port it takes HBONE on.
public record GatewayAddress(Destination destination, int hbonePort) {

  /// What the gateway is named by.
  public sealed interface Destination {
    /// An address of a workload or Service.
    record ByAddress(String network, InetAddress address) implements Destination {}

    /// The hostname of a Service.
    record ByHostname(String namespace, String hostname) implements Destination {}
  }

  @Override
  public String toString() {
    String where =
        switch (destination) {
          case Destination.ByAddress(var network, var address) ->
              network + "/" + address.getHostAddress();
          case Destination.ByHostname(var namespace, var hostname) -> namespace + "/" + hostname;
        };
    return where + ":" + hbonePort;
  }
}
