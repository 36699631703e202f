package dev.sluice.ztunnel.outbound;

import dev.sluice.engine.policy.Verdict;
import dev.sluice.runtime.connection.CloseReason;
import dev.sluice.runtime.connection.Closure;
import dev.sluice.runtime.connection.OpenConnection;
import dev.sluice.runtime.hbone.HbonePool;
import dev.sluice.runtime.mesh.EndpointAddress;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.Service.IpFamilies;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.netty.HalfClose;
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
import dev.sluice.ztunnel.capture.CapturedOutbound;
import dev.sluice.ztunnel.workload.Enrolled;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One outgoing connection from its route to its end: dial, if need be again, relay, record.
///
/// As long as no byte has flowed, an endpoint that cannot be reached is left for another, at most
/// twice. What cannot be reached at all is a reset to the application. Everything happens on the
/// application channel's event loop.
final class OutboundConnection {

  private static final int MOST_ATTEMPTS = 3;

  /// Past this, the application has waited long enough to be told of the failure.
  private static final Duration RETRY_WITHIN = Duration.ofSeconds(10);

  private static final Verdict ROUTED = new Verdict.Allow(new Verdict.Cause.NoAllowPolicy());

  private final Outbound outbound;
  private final Outbound.Parts parts;
  private final CapturedOutbound captured;
  private final Channel application;
  private final Enrolled source;
  private final InetSocketAddress client;
  private final long startNanos = System.nanoTime();
  private final ConnectionTrace trace;
  private final OpenConnection open;
  private final Dialler dialler;
  private final Set<String> tried = new HashSet<>();
  private Route.Led route;
  private ConnectionMeter meter;
  private @Nullable Workload behindGateway;
  private @Nullable Relay relay;
  private String cutMessage = "";
  private @Nullable Channel far;
  private boolean finished;

  OutboundConnection(
      Outbound outbound, CapturedOutbound captured, Enrolled source, Route.Led route) {
    this.outbound = outbound;
    this.parts = outbound.parts();
    this.captured = captured;
    this.application = captured.channel();
    this.source = source;
    this.route = route;
    this.client = client();
    this.trace = parts.traces().start(Traffic.Reporter.SOURCE, null);
    this.dialler = new Dialler(parts, application.eventLoop(), source, client, trace.traceparent());
    this.meter = parts.metrics().open(traffic());
    parts.log().opened("connection", this::ends);
    // Who may connect is decided at the destination; here a connection only has to end with a
    // drain.
    this.open = parts.open().register(() -> ROUTED, this::cutLater);
  }

  private InetSocketAddress client() {
    InetSocketAddress remote =
        application.remoteAddress() instanceof InetSocketAddress known
            ? known
            : new InetSocketAddress(0);
    return EndpointAddress.of(
            source.workload(), captured.destination().getAddress(), IpFamilies.AUTOMATIC)
        .map(address -> new InetSocketAddress(address, remote.getPort()))
        .orElse(remote);
  }

  private Traffic traffic() {
    Workload there = route.workload();
    Party from = Party.of(source.workload());
    return switch (route) {
      case Route.ViaHbone(var _, var workload, var _, var service) ->
          proven(from, Party.of(workload).provenAs(workload.identity()), service);
      case Route.ViaWaypoint(var _, var workload, var _, var service) ->
          proven(from, Party.of(workload).provenAs(workload.identity()), service);
      // Who is behind the gateway is not known yet.
      case Route.ViaNetworkGateway(var _, var _, var _, var _, var service) ->
          proven(from, Party.unknown(), service);
      case Route.Passthrough(var _, var _, var service) ->
          new Traffic(
              Traffic.Reporter.SOURCE,
              from,
              there == null ? Party.unknown() : Party.of(there),
              service,
              Traffic.Security.UNKNOWN);
    };
  }

  private Traffic proven(Party from, Party to, @Nullable Service service) {
    return new Traffic(
        Traffic.Reporter.SOURCE,
        from.provenAs(source.identity().id()),
        to,
        service,
        Traffic.Security.MUTUAL_TLS);
  }

  void serve() {
    if (route instanceof Route.ViaHbone via && mayHandOver(via)) {
      handOver(via);
      return;
    }
    dialler.dial(route).addListener((Future<Channel> dialled) -> dialled(dialled));
  }

  /// With the certificate that a tunnel would be opened with, or not at all.
  private boolean mayHandOver(Route.ViaHbone via) {
    return parts.delivery().serves(via.workload())
        && source.identity().certificate().isPresent()
        && via.tunnel().expected().contains(via.workload().identity());
  }

  private void handOver(Route.ViaHbone via) {
    var handover =
        new LocalDelivery.Handover(
            application,
            source.identity().id(),
            client,
            source.workload(),
            via.workload(),
            via.destination(),
            via.service());
    parts
        .delivery()
        .deliver(
            handover,
            new LocalDelivery.Outcome() {
              @Override
              public void refused(int status) {
                failed(ResponseFlag.CONNECT, "http status: " + status);
              }

              @Override
              public void ended(RelayEnd end) {
                OutboundConnection.this.ended(asSeenFromHere(end));
              }
            });
  }

  /// A cut at the other end is a failure here, as it would be with a tunnel between.
  private static RelayEnd asSeenFromHere(RelayEnd end) {
    return end.cause() instanceof RelayEnd.Cause.Cut(var reason)
        ? new RelayEnd(
            end.bytesFromA(), end.bytesFromB(), new RelayEnd.Cause.Failed(RelayEnd.Side.B, reason))
        : end;
  }

  private void dialled(Future<Channel> dialled) {
    if (dialled.isSuccess()) {
      join(dialled.getNow());
      return;
    }
    var failure = DialFailure.of(dialled.cause());
    Workload there = route.workload();
    if (there == null || !mayTryElsewhere(failure)) {
      failed(failure.flag(), failure.error());
      return;
    }
    tried.add(there.uid());
    outbound
        .router()
        .route(
            new Router.Request(
                application.eventLoop(), source.workload(), captured.destination(), tried),
            next -> elsewhere(next, failure));
  }

  private boolean mayTryElsewhere(DialFailure failure) {
    boolean chosen = route.service() != null || route instanceof Route.ViaWaypoint;
    boolean inTime = System.nanoTime() - startNanos < RETRY_WITHIN.toNanos();
    return switch (failure.elsewhere()) {
      case MAY_WORK ->
          chosen
              && inTime
              && !finished
              && application.isActive()
              && tried.size() + 1 < MOST_ATTEMPTS;
      case WOULD_NOT -> false;
    };
  }

  private void elsewhere(Route next, DialFailure failure) {
    if (finished) {
      return;
    }
    switch (next) {
      case Route.Led led -> {
        // The attempt is over as far as metrics go; the application's connection is not.
        meter.closed(failure.flag());
        outbound.triedElsewhere(failure.flag());
        route = led;
        meter = parts.metrics().open(traffic());
        serve();
      }
      case Route.Refused _, Route.Unresolved _ -> failed(failure.flag(), failure.error());
    }
  }

  private void join(Channel opened) {
    if (finished) {
      HalfClose.reset(opened);
      return;
    }
    far = opened;
    if (route instanceof Route.ViaNetworkGateway) {
      behindGateway = Baggage.response(HbonePool.responseHeaders(opened)).orElse(null);
    }
    Relay joined = Relay.join(application, opened, this::ended);
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
      case RelayEnd.Cause.ClosedEarly _, RelayEnd.Cause.Failed _
          when far != null && Revocations.hasCut(far) ->
          finish(
              CloseReason.REVOKED,
              ResponseFlag.CERT_REVOKED,
              sent,
              received,
              CloseReason.REVOKED.message());
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
    var service = route.service();
    Route.Tunnel tunnel = tunnel();
    var entry =
        new AccessEntry()
            .with("src.addr", PortsFile.text(client))
            .party("src", source.workload(), source.identity().id())
            .with("dst.addr", PortsFile.text(tunnel == null ? route.destination() : tunnel.dial()))
            .with("dst.hbone_addr", tunnel == null ? null : tunnel.authority())
            .with("dst.service", service == null ? null : service.hostname());
    return destination(entry).with("direction", "outbound");
  }

  private Route.@Nullable Tunnel tunnel() {
    return switch (route) {
      case Route.ViaHbone via -> via.tunnel();
      case Route.ViaWaypoint via -> via.tunnel();
      case Route.ViaNetworkGateway via -> via.tunnel();
      case Route.Passthrough _ -> null;
    };
  }

  private AccessEntry destination(AccessEntry entry) {
    return switch (route) {
      case Route.ViaHbone via -> entry.party("dst", via.workload(), via.workload().identity());
      case Route.ViaWaypoint via -> entry.party("dst", via.workload(), via.workload().identity());
      case Route.ViaNetworkGateway _ -> entry.party("dst", behindGateway, null);
      case Route.Passthrough via -> entry.party("dst", via.workload(), null);
    };
  }
}
