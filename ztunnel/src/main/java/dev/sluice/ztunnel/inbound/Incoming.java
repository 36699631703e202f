package dev.sluice.ztunnel.inbound;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Peer;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.Workload;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// An incoming connection before it is judged: who, from where, to which workload and port.
///
/// @param source what is known of the client, for telemetry; null when nothing is
/// @param service the Service that was addressed, for telemetry
/// @param announced what the application is told was addressed; null where it is told nothing
record Incoming(
    Connection facts,
    InetSocketAddress remote,
    Workload workload,
    @Nullable Workload source,
    @Nullable Service service,
    @Nullable InetSocketAddress announced) {

  /// The client's proven identity; null for plaintext.
  @Nullable SpiffeId identity() {
    return switch (facts.peer()) {
      case Peer.Identified(var id) -> id;
      case Peer.Anonymous() -> null;
    };
  }

  /// Where the connection leads, in the pod.
  InetSocketAddress destination() {
    return new InetSocketAddress(facts.workload().address(), facts.workload().port());
  }
}
