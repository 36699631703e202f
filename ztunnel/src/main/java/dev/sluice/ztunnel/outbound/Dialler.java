package dev.sluice.ztunnel.outbound;

import dev.sluice.runtime.hbone.ConnectHead;
import dev.sluice.runtime.hbone.HbonePool;
import dev.sluice.runtime.hbone.HboneTarget;
import dev.sluice.runtime.identity.CertificateSource.Obtained;
import dev.sluice.runtime.identity.WorkloadCertificate;
import dev.sluice.runtime.netty.HeldInput;
import dev.sluice.ztunnel.capture.Departure;
import dev.sluice.ztunnel.workload.Enrolled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Dials the far side of routes in the place of one local workload, on one event loop.
///
/// @param client the address of the application, which headers tell
/// @param traceparent the header that carries the trace on
record Dialler(
    Outbound.Parts parts,
    EventLoop loop,
    Enrolled source,
    InetSocketAddress client,
    String traceparent) {

  /// How long a connection waits for the first certificate of its workload.
  private static final Duration CERTIFICATE_PATIENCE = Duration.ofSeconds(10);

  /// Tells the far network where a connection comes from. Source: Istio ztunnel, double HBONE.
  private static final String FORWARDED_NETWORK = "x-forwarded-network";

  /// Opens a channel to the far side; what failed, [DialFailure] explains.
  Future<Channel> dial(Route.Led route) {
    return switch (route) {
      case Route.Passthrough(var destination, var _, var _) ->
          departure(destination).dial(destination).connect(loop, HeldInput.initializer());
      case Route.ViaHbone via -> withCertificate(own -> tunnel(via, via.tunnel(), own));
      case Route.ViaWaypoint via -> withCertificate(own -> tunnel(via, via.tunnel(), own));
      case Route.ViaNetworkGateway via -> withCertificate(own -> nested(via, own));
    };
  }

  private Departure departure(InetSocketAddress towards) {
    return parts.capture().departure(source.workload(), towards.getAddress());
  }

  @FunctionalInterface
  private interface Opening {
    Future<Channel> as(WorkloadCertificate own);
  }

  private Future<Channel> withCertificate(Opening opening) {
    var own = source.identity().certificate();
    if (own.isPresent()) {
      return opening.as(own.get());
    }
    Promise<Channel> result = loop.newPromise();
    source
        .identity()
        .await()
        .toCompletableFuture()
        .completeOnTimeout(
            new Obtained.Failed("no certificate in time"),
            CERTIFICATE_PATIENCE.toMillis(),
            TimeUnit.MILLISECONDS)
        .thenAcceptAsync(obtained -> obtained(obtained, opening, result), loop);
    return result;
  }

  private static void obtained(Obtained obtained, Opening opening, Promise<Channel> result) {
    switch (obtained) {
      case Obtained.Issued(var own) ->
          opening
              .as(own)
              .addListener((Future<Channel> opened) -> {
                if (opened.isSuccess()) {
                  result.trySuccess(opened.getNow());
                } else {
                  result.tryFailure(opened.cause());
                }
              });
      case Obtained.Failed(var reason) -> result.tryFailure(new DialFailure.NoCertificate(reason));
    }
  }

  private HboneTarget target(Route.Tunnel tunnel, WorkloadCertificate own) {
    Departure departure = departure(tunnel.dial());
    return new HboneTarget(
        tunnel.dial(), tunnel.expected(), departure.source(), own, departure.sockets());
  }

  private ConnectHead head(Route.Led route, Route.Tunnel tunnel) {
    return new ConnectHead(
        tunnel.authority(),
        TunnelHeaders.of(source.workload(), client, route.service(), traceparent));
  }

  private Future<Channel> tunnel(Route.Led route, Route.Tunnel tunnel, WorkloadCertificate own) {
    return parts.pool().open(target(tunnel, own), head(route, tunnel), loop);
  }

  private Future<Channel> nested(Route.ViaNetworkGateway route, WorkloadCertificate own) {
    ConnectHead outer = head(route, route.tunnel());
    var headers = new ArrayList<>(outer.headers());
    headers.add(Map.entry(FORWARDED_NETWORK, parts.mesh().current().network()));
    var inner = new ConnectHead(outer.authority(), headers);
    return parts
        .pool()
        .open(target(route.tunnel(), own), outer, new HbonePool.Nested(route.inner(), inner), loop);
  }
}
