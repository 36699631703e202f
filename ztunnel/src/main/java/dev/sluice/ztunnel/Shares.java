package dev.sluice.ztunnel;

import dev.sluice.runtime.connection.FairRoom;
import dev.sluice.runtime.hbone.IncomingTunnel;
import dev.sluice.runtime.hbone.TunnelAcceptor;
import dev.sluice.runtime.netty.HalfClose;
import dev.sluice.runtime.telemetry.BoundedCounter;
import dev.sluice.runtime.telemetry.MeshMetrics;
import dev.sluice.ztunnel.capture.Capture;
import dev.sluice.ztunnel.capture.CapturedInbound;
import dev.sluice.ztunnel.capture.CapturedOutbound;
import io.netty.channel.Channel;

/// The connections each workload of the node may have open, so that one that floods, or is flooded,
/// does not take the room of the others.
final class Shares {

  private static final int MOST_SERIES = 500;
  private static final int BUSY = 503;

  private final FairRoom<String> room;
  private final BoundedCounter limited;

  Shares(int connections, MeshMetrics metrics) {
    room = FairRoom.of(connections);
    limited =
        metrics.counter(
            "sluice_connections_limited",
            "Connections refused because their workload had its share of the node, by workload",
            MOST_SERIES,
            "workload");
    metrics.gauge(
        "sluice_connections_room", "Connections the node has room for", () -> connections);
    metrics.gauge("sluice_connections_used", "Connections that take room", room::used);
  }

  /// `sink` for what finds room; the rest is reset.
  Capture.Sink within(Capture.Sink sink) {
    return new Capture.Sink() {
      @Override
      public void outbound(CapturedOutbound connection) {
        if (enters(connection.workload(), connection.channel())) {
          sink.outbound(connection);
        } else {
          HalfClose.reset(connection.channel());
        }
      }

      @Override
      public void inbound(CapturedInbound connection) {
        if (enters(connection.workload(), connection.channel())) {
          sink.inbound(connection);
        } else {
          HalfClose.reset(connection.channel());
        }
      }
    };
  }

  /// `acceptor` for what finds room; the rest is answered 503.
  TunnelAcceptor within(String workload, TunnelAcceptor acceptor) {
    return new TunnelAcceptor() {
      @Override
      public void accept(IncomingTunnel tunnel) {
        if (enters(workload, tunnel.channel())) {
          acceptor.accept(tunnel);
        } else {
          tunnel.refuse(BUSY, "-");
        }
      }

      @Override
      public void connected(Channel connection) {
        acceptor.connected(connection);
      }
    };
  }

  private boolean enters(String workload, Channel channel) {
    if (!room.tryEnter(workload)) {
      limited.at(workload).inc();
      return false;
    }
    channel.closeFuture().addListener(closed -> room.leave(workload));
    return true;
  }
}
