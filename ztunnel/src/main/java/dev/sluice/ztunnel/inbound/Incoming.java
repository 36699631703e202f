package dev.sluice.ztunnel.inbound;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Peer;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.Workload;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// An incoming connection before it is judged: who, from where, to which workload, port and (for
/// telemetry) Service.
record Incoming(
    Connection facts, InetSocketAddress remote, Workload workload, @Nullable Service service) {

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
