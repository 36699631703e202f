package dev.sluice.ztunnel.inbound;

import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.runtime.connection.CloseReason;
import dev.sluice.runtime.connection.Closure;
import dev.sluice.runtime.connection.OpenConnection;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.netty.Dial;
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
import dev.sluice.runtime.tls.Revocations;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One incoming connection from its decision to its end: register, check, connect to the
/// application, answer, relay.
///
/// Everything happens on the client channel's event loop.
final class InboundConnection {

  private final Inbound inbound;
  private final Inbound.Parts parts;
  private final Incoming incoming;
  private final Downstream downstream;
  private final ConnectionMeter meter;
  private final ConnectionTrace trace;
  private final long startNanos = System.nanoTime();
  private final OpenConnection open;
  private @Nullable Verdict verdict;
  private @Nullable Relay relay;
  private ResponseFlag cutFlag = ResponseFlag.NONE;
  private String cutMessage = "";
  private boolean finished;

  InboundConnection(Inbound inbound, Incoming incoming, Downstream downstream) {
    this.inbound = inbound;
    this.parts = inbound.parts();
    this.incoming = incoming;
    this.downstream = downstream;
    this.meter = parts.metrics().open(traffic());
    this.trace = parts.traces().start(Traffic.Reporter.DESTINATION, downstream.traceparent());
    parts.log().opened("connection", this::ends);
    this.open =
        parts
            .open()
            .register(inbound.judge().of(incoming.workload()), incoming.facts(), this::cutLater);
  }

  private Traffic traffic() {
    Workload workload = incoming.workload();
    Workload client = incoming.source();
    Party source =
        (client == null ? Party.unknown() : Party.of(client)).provenAs(incoming.facts().peer());
    Party destination = Party.of(workload);
    return switch (incoming.facts().peer()) {
      case Peer.Identified _ ->
          new Traffic(
              Traffic.Reporter.DESTINATION,
              source,
              destination.provenAs(workload.identity()),
              incoming.service(),
              Traffic.Security.MUTUAL_TLS);
      case Peer.Anonymous() ->
          new Traffic(
              Traffic.Reporter.DESTINATION,
              source,
              destination,
              incoming.service(),
              Traffic.Security.UNKNOWN);
    };
  }

  void serve() {
    Verdict decided = open.judge();
    verdict = decided;
    parts.metrics().decided("l4", decided);
    inbound.rehearsal().of(incoming, decided);
    if (decided.allows()) {
      connect();
    } else {
      downstream.refuse(401, ResponseFlag.DENY);
      finish(CloseReason.REFUSED, ResponseFlag.DENY, null);
    }
  }

  private void connect() {
    application()
        .connect(downstream.channel().eventLoop(), HeldInput.initializer())
        .addListener((Future<Channel> connected) -> connected(connected));
  }

  private void connected(Future<Channel> connected) {
    Throwable cause = connected.cause();
    if (finished && cause == null) {
      connected.getNow().close();
    }
    if (finished) {
      return;
    }
    if (cause != null) {
      downstream.refuse(503, ResponseFlag.CONNECT);
      finish(
          CloseReason.CONNECT_FAILED,
          ResponseFlag.CONNECT,
          new RelayEnd(
              0,
              0,
              new RelayEnd.Cause.Failed(RelayEnd.Side.B, String.valueOf(cause.getMessage()))));
    } else {
      downstream.established();
      announce(connected.getNow());
      Relay joined = Relay.join(downstream.channel(), connected.getNow(), this::ended);
      relay = joined;
      meter.follow(joined::bytesFromA, joined::bytesFromB);
    }
  }

  /// Tells an application that wants to know who its client is and what was addressed.
  private void announce(Channel application) {
    InetSocketAddress addressed = incoming.announced();
    if (addressed != null) {
      var header = new ProxyHeader(incoming.remote(), addressed, incoming.identity());
      application.writeAndFlush(header.encode(application.alloc()));
    }
  }

  /// An application that takes for others is on this machine's loopback, and learns of its client
  /// by the header if at all. Source: Istio ztunnel, `LOCALHOST_APP_TUNNEL`.
  private Dial application() {
    Workload workload = incoming.workload();
    if (!workload.handling().takesForOthers()) {
      return parts.capture().application(workload, incoming.destination(), incoming.remote());
    }
    InetSocketAddress destination = incoming.destination();
    InetAddress loopback =
        InetAddress.ofLiteral(
            destination.getAddress() instanceof Inet4Address ? "127.0.0.1" : "::1");
    return parts
        .capture()
        .application(
            workload,
            new InetSocketAddress(loopback, destination.getPort()),
            new InetSocketAddress(loopback, 0));
  }

  private void ended(RelayEnd end) {
    downstream.ended(end);
    switch (end.cause()) {
      case RelayEnd.Cause.ClosedEarly _, RelayEnd.Cause.Failed _
          when Revocations.hasCut(downstream.channel()) ->
          finish(CloseReason.REVOKED, ResponseFlag.CERT_REVOKED, end);
      case RelayEnd.Cause.Finished() -> finish(CloseReason.COMPLETE, ResponseFlag.NONE, end);
      case RelayEnd.Cause.ClosedEarly _ -> finish(CloseReason.COMPLETE, ResponseFlag.NONE, end);
      case RelayEnd.Cause.Failed _ -> finish(CloseReason.BROKEN, ResponseFlag.CONNECT, end);
      // The cut has already told the registry why.
      case RelayEnd.Cause.Cut _ -> finish(CloseReason.BROKEN, cutFlag, end);
    }
  }

  private void cutLater(Closure closure) {
    downstream.channel().eventLoop().execute(() -> cut(closure));
  }

  private void cut(Closure closure) {
    if (finished) {
      return;
    }
    cutMessage = closure.reason().message();
    if (closure.verdict() != null) {
      verdict = closure.verdict();
      cutFlag = ResponseFlag.DENY;
    }
    Relay running = relay;
    if (running != null) {
      running.cut(cutMessage);
    } else {
      downstream.refuse(401, cutFlag);
      finish(closure.reason(), cutFlag, null);
    }
  }

  private void finish(CloseReason reason, ResponseFlag flag, @Nullable RelayEnd end) {
    if (finished) {
      return;
    }
    finished = true;
    open.release(reason);
    long received = end == null ? 0 : end.bytesFromA();
    long sent = end == null ? 0 : end.bytesFromB();
    meter.received(received);
    meter.sent(sent);
    meter.closed(flag);
    AccessEntry entry = entry(received, sent);
    String error = error(reason, end);
    trace.end(entry, error);
    if (error.isEmpty()) {
      parts.log().complete("connection", entry);
    } else {
      parts.log().failed("connection", entry, error);
    }
  }

  private String error(CloseReason reason, @Nullable RelayEnd end) {
    if (!cutMessage.isEmpty()) {
      return cutMessage;
    }
    String detail =
        end != null && end.cause() instanceof RelayEnd.Cause.Failed(var _, var why)
            ? ": " + why
            : "";
    return reason == CloseReason.COMPLETE ? "" : reason.message() + detail;
  }

  private AccessEntry entry(long received, long sent) {
    AccessEntry entry =
        ends()
            .with("bytes_sent", sent)
            .with("bytes_recv", received)
            .with("duration", Duration.ofNanos(System.nanoTime() - startNanos).toMillis() + "ms");
    return verdict == null ? entry : entry.decidedBy(verdict);
  }

  /// Who talks to whom.
  private AccessEntry ends() {
    var destination = incoming.identity() == null ? null : incoming.workload().identity();
    return new AccessEntry()
        .with("src.addr", PortsFile.text(incoming.remote()))
        .party("src", incoming.source(), incoming.identity())
        .with("dst.addr", PortsFile.text(incoming.destination()))
        .with("dst.service", incoming.service() == null ? null : incoming.service().hostname())
        .party("dst", incoming.workload(), destination)
        .with("direction", "inbound");
  }
}
