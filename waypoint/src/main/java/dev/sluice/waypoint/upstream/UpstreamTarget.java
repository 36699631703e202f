package dev.sluice.waypoint.upstream;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.mesh.Endpoint;
import java.net.InetAddress;

/// An endpoint as connections to it are shared: its address and port, the one identity it must
/// prove, and the version of HTTP spoken to it.
public record UpstreamTarget(InetAddress address, int port, SpiffeId identity, Protocol protocol) {

  /// The version of HTTP inside the tunnel.
  public enum Protocol {
    HTTP_1,
    HTTP_2
  }

  /// A chosen endpoint; it has at least one address.
  public static UpstreamTarget of(Endpoint endpoint, Protocol protocol) {
    var workload = endpoint.workload();
    return new UpstreamTarget(
        workload.addresses().getFirst(), endpoint.port(), workload.identity(), protocol);
  }

  /// `ip:port`, the authority of the CONNECT.
  public String authority() {
    String host = address.getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
