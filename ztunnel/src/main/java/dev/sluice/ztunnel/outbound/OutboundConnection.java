package dev.sluice.ztunnel.outbound;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.runtime.connection.CloseReason;
import dev.sluice.runtime.connection.Closure;
import dev.sluice.runtime.connection.OpenConnection;
import dev.sluice.runtime.hbone.ConnectHead;
import dev.sluice.runtime.hbone.HboneTarget;
import dev.sluice.runtime.hbone.TunnelException;
import dev.sluice.runtime.hbone.TunnelFailure;
import dev.sluice.runtime.identity.CertificateSource;
import dev.sluice.runtime.identity.WorkloadCertificate;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.netty.HalfClose;
import dev.sluice.runtime.netty.HeldInput;
import dev.sluice.runtime.process.PortsFile;
import dev.sluice.runtime.relay.Relay;
import dev.sluice.runtime.relay.RelayEnd;
import dev.sluice.runtime.telemetry.AccessEntry;
import dev.sluice.runtime.telemetry.ConnectionMeter;
import dev.sluice.runtime.telemetry.ConnectionTrace;
import dev.sluice.runtime.telemetry.Party;
import dev.sluice.runtime.telemetry.ResponseFlag;
import dev.sluice.runtime.telemetry.Traffic;
import dev.sluice.ztunnel.capture.Departure;
import dev.sluice.ztunnel.workload.Enrolled;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One outgoing connection from its route to its end: dial, relay, record.
///
/// Everything happens on the application channel's event loop.
final class OutboundConnection {

  /// How long a connection waits for the first certificate of its workload.
  private static final Duration CERTIFICATE_PATIENCE = Duration.ofSeconds(10);

  private static final Verdict ROUTED = new Verdict.Allow(new Verdict.Cause.NoAllowPolicy());

  private final Outbound.Parts parts;
  private final Channel application;
  private final Enrolled source;
  private final Leg leg;
  private final InetSocketAddress client;
  private final long startNanos = System.nanoTime();
  private final ConnectionMeter meter;
  private final ConnectionTrace trace;
  private final OpenConnection open;
  private @Nullable Relay relay;
  private String cutMessage = "";
  private boolean finished;

  OutboundConnection(Outbound.Parts parts, Channel application, Enrolled source, Leg leg) {
    this.parts = parts;
    this.application = application;
    this.source = source;
    this.leg = leg;
    int port =
        application.remoteAddress() instanceof InetSocketAddress remote ? remote.getPort() : 0;
    this.client = new InetSocketAddress(sourceAddress(), port);
    this.meter = parts.metrics().open(traffic());
    this.trace = parts.traces().start(Traffic.Reporter.SOURCE, null);
    parts.log().opened("connection", this::ends);
    // Who may connect is decided at the destination; here a connection only has to end with a
    // drain.
    this.open = parts.open().register(() -> ROUTED, this::cutLater);
  }

  private InetAddress sourceAddress() {
    InetAddress wanted = leg.destination().getAddress();
    var own = source.workload().addresses();
    return own.stream()
        .filter(address -> address.getClass() == wanted.getClass())
        .findFirst()
        .orElseGet(own::getFirst);
  }

  private Traffic traffic() {
    Workload there = leg.workload();
    Party from = Party.of(source.workload());
    Party to = there == null ? Party.unknown() : Party.of(there);
    return switch (leg) {
      case Leg.Tunnelled(var _, var workload, var _, var service) ->
          new Traffic(
              Traffic.Reporter.SOURCE,
              from.provenAs(source.identity().id()),
              to.provenAs(workload.identity()),
              service,
              Traffic.Security.MUTUAL_TLS);
      case Leg.Plain(var _, var _, var service) ->
          new Traffic(Traffic.Reporter.SOURCE, from, to, service, Traffic.Security.UNKNOWN);
    };
  }

  void serve() {
    switch (leg) {
      case Leg.Tunnelled tunnelled -> withCertificate(tunnelled);
      case Leg.Plain(var destination, var _, var _) ->
          departure(destination)
              .dial(destination)
              .connect(application.eventLoop(), HeldInput.initializer())
              .addListener((Future<Channel> connected) -> connected(connected));
    }
  }

  private Departure departure(InetSocketAddress towards) {
    return parts.capture().departure(source.workload(), towards.getAddress());
  }

  private void withCertificate(Leg.Tunnelled leg) {
    var own = source.identity().certificate();
    if (own.isPresent()) {
      tunnel(leg, own.get());
    } else {
      source
          .identity()
          .await()
          .toCompletableFuture()
          .completeOnTimeout(
              new CertificateSource.Obtained.Failed("no certificate in time"),
              CERTIFICATE_PATIENCE.toMillis(),
              TimeUnit.MILLISECONDS)
          .thenAcceptAsync(obtained -> certificateCame(leg, obtained), application.eventLoop());
    }
  }

  private void certificateCame(Leg.Tunnelled leg, CertificateSource.Obtained obtained) {
    switch (obtained) {
      case CertificateSource.Obtained.Issued(var own) -> tunnel(leg, own);
      case CertificateSource.Obtained.Failed(var reason) ->
          failed(ResponseFlag.IDENTITY_ERROR, reason);
    }
  }

  private void tunnel(Leg.Tunnelled leg, WorkloadCertificate own) {
    var tunnel = leg.tunnel();
    Departure departure = departure(tunnel.dial());
    var target =
        new HboneTarget(
            tunnel.dial(), tunnel.expected(), departure.source(), own, departure.sockets());
    var head =
        new ConnectHead(
            tunnel.authority(),
            TunnelHeaders.of(source.workload(), client, leg.service(), trace.traceparent()));
    parts
        .pool()
        .open(target, head, application.eventLoop())
        .addListener((Future<Channel> opened) -> tunnelOpened(opened));
  }

  private void tunnelOpened(Future<Channel> opened) {
    if (opened.isSuccess()) {
      join(opened.getNow());
    } else {
      failed(flag(opened.cause()), String.valueOf(opened.cause().getMessage()));
    }
  }

  private void connected(Future<Channel> connected) {
    Throwable cause = connected.cause();
    if (cause == null) {
      join(connected.getNow());
    } else {
      failed(ResponseFlag.CONNECT, String.valueOf(cause.getMessage()));
    }
  }

  private static ResponseFlag flag(Throwable cause) {
    if (!(cause instanceof TunnelException tunnel)) {
      return ResponseFlag.CONNECT;
    }
    return switch (tunnel.failure()) {
      case TunnelFailure.HandshakeFailed _ -> ResponseFlag.TLS_FAILURE;
      case TunnelFailure.WrongIdentity _ -> ResponseFlag.IDENTITY_ERROR;
      case TunnelFailure.Refused _,
          TunnelFailure.ConnectFailed _,
          TunnelFailure.ResponseTimedOut _,
          TunnelFailure.ConnectionLost _,
          TunnelFailure.PoolExhausted _ ->
          ResponseFlag.CONNECT;
    };
  }

  private void join(Channel far) {
    if (finished) {
      HalfClose.reset(far);
      return;
    }
    Relay joined = Relay.join(application, far, this::ended);
    relay = joined;
    meter.follow(joined::bytesFromA, joined::bytesFromB);
  }

  private void failed(ResponseFlag flag, String error) {
    HalfClose.reset(application);
    finish(CloseReason.CONNECT_FAILED, flag, 0, 0, error);
  }

  private void ended(RelayEnd end) {
    long sent = end.bytesFromA();
    long received = end.bytesFromB();
    switch (end.cause()) {
      case RelayEnd.Cause.Finished(), RelayEnd.Cause.ClosedEarly _ ->
          finish(CloseReason.COMPLETE, ResponseFlag.NONE, sent, received, "");
      case RelayEnd.Cause.Failed(var _, var reason) ->
          finish(CloseReason.BROKEN, ResponseFlag.CONNECT, sent, received, reason);
      case RelayEnd.Cause.Cut(var reason) ->
          finish(CloseReason.DRAIN, ResponseFlag.NONE, sent, received, reason);
    }
  }

  private void cutLater(Closure closure) {
    application
        .eventLoop()
        .execute(() -> {
          cutMessage = closure.reason().message();
          Relay running = relay;
          if (running != null) {
            running.cut(cutMessage);
          } else {
            failed(ResponseFlag.NONE, cutMessage);
          }
        });
  }

  private void finish(
      CloseReason reason, ResponseFlag flag, long sent, long received, String error) {
    if (finished) {
      return;
    }
    finished = true;
    open.release(reason);
    meter.received(sent);
    meter.sent(received);
    meter.closed(flag);
    AccessEntry entry = entry(sent, received);
    trace.end(entry, error);
    if (error.isEmpty()) {
      parts.log().complete("connection", entry);
    } else {
      parts.log().failed("connection", entry, error);
    }
  }

  private AccessEntry entry(long sent, long received) {
    return ends()
        .with("bytes_sent", sent)
        .with("bytes_recv", received)
        .with("duration", Duration.ofNanos(System.nanoTime() - startNanos).toMillis() + "ms");
  }

  /// Who talks to whom.
  private AccessEntry ends() {
    Workload there = leg.workload();
    var service = leg.service();
    var entry =
        new AccessEntry()
            .with("src.addr", PortsFile.text(client))
            .party("src", source.workload(), source.identity().id())
            .with("dst.addr", PortsFile.text(dialled()))
            .with("dst.hbone_addr", hboneAddress())
            .with("dst.service", service == null ? null : service.hostname());
    return entry.party("dst", there, identity()).with("direction", "outbound");
  }

  private InetSocketAddress dialled() {
    return switch (leg) {
      case Leg.Tunnelled(var tunnel, var _, var _, var _) -> tunnel.dial();
      case Leg.Plain(var destination, var _, var _) -> destination;
    };
  }

  private @Nullable String hboneAddress() {
    return switch (leg) {
      case Leg.Tunnelled(var tunnel, var _, var _, var _) -> tunnel.authority();
      case Leg.Plain _ -> null;
    };
  }

  private @Nullable SpiffeId identity() {
    return switch (leg) {
      case Leg.Tunnelled(var _, var workload, var _, var _) -> workload.identity();
      case Leg.Plain _ -> null;
    };
  }
}
