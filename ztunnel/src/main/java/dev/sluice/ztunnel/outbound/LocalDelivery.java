package dev.sluice.ztunnel.outbound;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.relay.RelayEnd;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Hands connections between two workloads of this proxy over inside of it: judged, logged and
/// counted at both ends as if a tunnel were between them, without one.
public interface LocalDelivery {

  /// A connection of `client`, whose identity is `identity`, to an address and port of a workload.
  ///
  /// @param application the client's application; read from once the other end is there
  record Handover(
      Channel application,
      SpiffeId identity,
      InetSocketAddress client,
      Workload source,
      Workload workload,
      InetSocketAddress destination,
      @Nullable Service service) {}

  /// What becomes of it; on the application channel's event loop.
  interface Outcome {
    /// The far application does not get it, for the reason that the status of a tunnel would tell.
    void refused(int status);

    /// Bytes were carried, and it has ended.
    void ended(RelayEnd end);
  }

  /// Whether a workload is served here and may be handed connections.
  boolean serves(Workload workload);

  /// Hands a connection over.
  void deliver(Handover handover, Outcome outcome);

  /// Nothing is handed over.
  static LocalDelivery none() {
    return new LocalDelivery() {
      @Override
      public boolean serves(Workload workload) {
        return false;
      }

      @Override
      public void deliver(Handover handover, Outcome outcome) {
        throw new IllegalStateException("nothing is served here");
      }
    };
  }
}
