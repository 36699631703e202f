package dev.sluice.waypoint.server;

import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.engine.policy.Verdict.Cause;
import dev.sluice.runtime.connection.CloseReason;
import dev.sluice.runtime.connection.Closure;
import dev.sluice.runtime.connection.OpenConnection;
import dev.sluice.runtime.hbone.IncomingTunnel;
import dev.sluice.runtime.mesh.Endpoint;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.netty.HalfClose;
import dev.sluice.runtime.relay.Relay;
import dev.sluice.runtime.relay.RelayEnd;
import dev.sluice.runtime.telemetry.AccessEntry;
import dev.sluice.runtime.telemetry.AccessLog;
import dev.sluice.waypoint.decision.Client;
import dev.sluice.waypoint.decision.Dispatch;
import dev.sluice.waypoint.decision.Moment;
import dev.sluice.waypoint.decision.ServiceDirectory;
import dev.sluice.waypoint.upstream.UpstreamTarget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.ReferenceCountUtil;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// A tunnel of bytes: decided once when it opens, again at every new policy, and cut when it is no
/// longer allowed.
final class TcpTunnel {

  private final Rooms rooms;
  private final Client client;
  private final Channel channel;
  private final AccessLog log = new AccessLog();
  private final long startNanos = System.nanoTime();
  private @Nullable OpenConnection registration;
  private @Nullable Relay relay;
  private @Nullable Verdict verdict;
  private @Nullable Endpoint endpoint;

  /// What the client is told when the tunnel cannot be served.
  private interface Refused {
    void answer(int status, String reason);
  }

  TcpTunnel(Rooms rooms, Client client, Channel channel) {
    this.rooms = rooms;
    this.client = client;
    this.channel = channel;
  }

  /// Answers the CONNECT once the endpoint is connected.
  void open(IncomingTunnel tunnel) {
    start(tunnel::refuse, () -> tunnel.accept(Map.of()), Unpooled.EMPTY_BUFFER);
  }

  /// Takes over a tunnel that has been answered, and the bytes read from it so far.
  void join(ByteBuf first) {
    start((_, _) -> HalfClose.reset(channel), () -> {}, first);
  }

  private void start(Refused refused, Runnable accepted, ByteBuf first) {
    Optional<Endpoint> chosen = choose(rooms.now());
    if (chosen.isEmpty()) {
      first.release();
      failed(CloseReason.CONNECT_FAILED, "no_healthy_endpoint");
      refused.answer(503, "no_healthy_endpoint");
      return;
    }
    endpoint = chosen.get();
    // Registered before it is checked: a policy that comes in between checks it too.
    OpenConnection open =
        rooms.state().connections().register(() -> judge(chosen.get()), this::cut);
    registration = open;
    Verdict decided = open.judge();
    verdict = decided;
    rooms.telemetry().metrics().decided("waypoint", decided);
    if (!decided.allows()) {
      first.release();
      end(CloseReason.REFUSED, decided.cause().code());
      refused.answer(401, decided.cause().code());
      return;
    }
    connect(chosen.get(), refused, accepted, first);
  }

  private Optional<Endpoint> choose(Moment moment) {
    if (!(rooms.judging().directory().find(moment, client)
        instanceof Dispatch.Served(var service))) {
      return Optional.empty();
    }
    return ServiceDirectory.endpoint(
        moment, service, client.service().port(), ThreadLocalRandom.current());
  }

  private Verdict judge(Endpoint to) {
    Moment moment = rooms.now();
    return switch (rooms.judging().directory().find(moment, client)) {
      case Dispatch.NotFound(var reason) -> new Verdict.Deny(new Cause.BindingDrift(reason));
      case Dispatch.Unavailable(var cause) -> new Verdict.Deny(cause);
      case Dispatch.Served(var service) -> decide(moment, service, to);
    };
  }

  private Verdict decide(Moment moment, Service service, Endpoint to) {
    var workload = to.workload();
    Connection connection = client.to(new AddressPort(workload.addresses().getFirst(), to.port()));
    return moment
        .policy()
        .decider(rooms.judging().directory().destination(service, workload))
        .decide(connection);
  }

  private void connect(Endpoint to, Refused refused, Runnable accepted, ByteBuf first) {
    var target = UpstreamTarget.of(to, UpstreamTarget.Protocol.HTTP_1);
    rooms
        .upstream()
        .tunnels()
        .open(target, channel.eventLoop())
        .addListener(opened -> {
          if (!opened.isSuccess()) {
            first.release();
            end(CloseReason.CONNECT_FAILED, String.valueOf(opened.cause().getMessage()));
            refused.answer(503, "connect_failed");
            return;
          }
          Channel upstream = (Channel) opened.getNow();
          if (registration == null || !channel.isActive()) {
            ReferenceCountUtil.release(first);
            end(CloseReason.BROKEN, "the client is gone");
            HalfClose.reset(upstream);
            return;
          }
          accepted.run();
          if (first.isReadable()) {
            upstream.write(first).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
          } else {
            first.release();
          }
          relay = Relay.join(channel, upstream, this::ended);
        });
  }

  /// From any thread.
  private void cut(Closure closure) {
    channel
        .eventLoop()
        .execute(() -> {
          registration = null;
          verdict = closure.verdict() == null ? verdict : closure.verdict();
          if (relay != null) {
            relay.cut(closure.reason().message());
          } else {
            HalfClose.reset(channel);
          }
        });
  }

  private void ended(RelayEnd outcome) {
    AccessEntry entry =
        entry().with("bytes_recv", outcome.bytesFromA()).with("bytes_sent", outcome.bytesFromB());
    switch (outcome.cause()) {
      case RelayEnd.Cause.Finished(), RelayEnd.Cause.ClosedEarly _ -> {
        release(CloseReason.COMPLETE);
        log.complete("connection", entry);
      }
      case RelayEnd.Cause.Failed(_, var reason) -> {
        release(CloseReason.BROKEN);
        log.failed("connection", entry, reason);
      }
      case RelayEnd.Cause.Cut(var reason) -> log.failed("connection", entry, reason);
    }
  }

  private void end(CloseReason reason, String detail) {
    release(reason);
    failed(reason, detail);
  }

  private void failed(CloseReason reason, String detail) {
    log.failed("connection", entry(), reason.message() + ": " + detail);
  }

  private void release(CloseReason reason) {
    OpenConnection open = registration;
    registration = null;
    if (open != null) {
      open.release(reason);
    }
  }

  private AccessEntry entry() {
    var entry =
        new AccessEntry()
            .with("src.addr", client.source().getHostAddress())
            .with("src.identity", client.peer().id().uri())
            .with("dst.vip", client.service().toString());
    Endpoint to = endpoint;
    if (to != null) {
      entry
          .with("dst.addr", to.workload().addresses().getFirst().getHostAddress() + ":" + to.port())
          .with("dst.workload", to.workload().name())
          .with("dst.identity", to.workload().identity().uri());
    }
    entry
        .with("direction", "inbound")
        .with("duration", (System.nanoTime() - startNanos) / 1_000_000 + "ms");
    return verdict == null ? entry : entry.decidedBy(verdict);
  }
}
