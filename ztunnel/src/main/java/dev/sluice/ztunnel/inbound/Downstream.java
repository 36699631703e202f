package dev.sluice.ztunnel.inbound;

import dev.sluice.runtime.hbone.IncomingTunnel;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.netty.HalfClose;
import dev.sluice.runtime.relay.RelayEnd;
import dev.sluice.runtime.telemetry.ResponseFlag;
import dev.sluice.ztunnel.outbound.Baggage;
import dev.sluice.ztunnel.outbound.LocalDelivery;
import io.netty.channel.Channel;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The client's side of an incoming connection; for its event loop only.
sealed interface Downstream {

  Channel channel();

  /// The trace that the client says it is part of.
  @Nullable String traceparent();

  /// Tells the client that its bytes will be carried.
  void established();

  /// What was carried, when it has ended.
  default void ended(RelayEnd end) {}

  /// Turns the client away.
  void refuse(int status, ResponseFlag flag);

  /// A tunnel, answered by HTTP status.
  record Tunnel(IncomingTunnel tunnel, Workload workload) implements Downstream {
    @Override
    public Channel channel() {
      return tunnel.channel();
    }

    @Override
    public @Nullable String traceparent() {
      return tunnel.header("traceparent").orElse(null);
    }

    @Override
    public void established() {
      tunnel.accept(Map.of("baggage", Baggage.of(workload)));
    }

    @Override
    public void refuse(int status, ResponseFlag flag) {
      tunnel.refuse(status, flag.text());
    }
  }

  /// A connection of another workload of this proxy, handed over inside of it.
  record Local(Channel channel, LocalDelivery.Outcome outcome) implements Downstream {
    @Override
    public @Nullable String traceparent() {
      return null;
    }

    @Override
    public void established() {}

    @Override
    public void ended(RelayEnd end) {
      outcome.ended(end);
    }

    @Override
    public void refuse(int status, ResponseFlag flag) {
      outcome.refused(status);
    }
  }

  /// A plain connection, answered by a reset.
  record Plain(Channel channel) implements Downstream {
    @Override
    public @Nullable String traceparent() {
      return null;
    }

    @Override
    public void established() {}

    @Override
    public void refuse(int status, ResponseFlag flag) {
      HalfClose.reset(channel);
    }
  }
}
