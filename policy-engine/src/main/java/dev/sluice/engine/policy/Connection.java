package dev.sluice.engine.policy;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// A TCP connection to a workload, as the deciding proxy sees it.
///
/// `peer` and `source` are the original client's at both layers. `workload` is the pod address and
/// port; `service` is the Service address and port the client dialled, null for a direct dial or
/// where it is unknown (ztunnel).
public record Connection(
    Peer peer, InetAddress source, AddressPort workload, @Nullable AddressPort service) {

  /// An IP address and a TCP port.
  public record AddressPort(InetAddress address, int port) {
    @Override
    public String toString() {
      String host = address.getHostAddress();
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
  }
}
