package dev.sluice.waypoint.decision;

import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.Peer;
import java.net.InetAddress;

/// Who opened a tunnel and which Service address it dialled; nothing inside the tunnel overrides
/// it.
public record Client(Peer.Identified peer, InetAddress source, AddressPort service) {

  /// The namespace in the client's identity.
  public String namespace() {
    return peer.id().namespace();
  }

  /// The connection to a workload on behalf of this client.
  public Connection to(AddressPort workload) {
    return new Connection(peer, source, workload, service);
  }
}
