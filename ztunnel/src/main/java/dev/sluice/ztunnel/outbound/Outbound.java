package dev.sluice.ztunnel.outbound;

import dev.sluice.runtime.bundle.LivePolicy;
import dev.sluice.runtime.connection.OpenConnections;
import dev.sluice.runtime.hbone.HbonePool;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.netty.HalfClose;
import dev.sluice.runtime.process.PortsFile;
import dev.sluice.runtime.telemetry.AccessEntry;
import dev.sluice.runtime.telemetry.AccessLog;
import dev.sluice.runtime.telemetry.BoundedCounter;
import dev.sluice.runtime.telemetry.MeshMetrics;
import dev.sluice.runtime.telemetry.Traces;
import dev.sluice.runtime.telemetry.Traffic;
import dev.sluice.ztunnel.capture.Capture;
import dev.sluice.ztunnel.capture.CapturedOutbound;
import dev.sluice.ztunnel.workload.Enrolled;
import dev.sluice.ztunnel.workload.LocalWorkloads;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// Takes what local workloads dial: chooses the route, then leaves it to one {@link
/// OutboundConnection} each.
public final class Outbound {

  /// What outgoing connections need.
  public record Parts(
      LiveMesh mesh,
      LivePolicy policy,
      LocalWorkloads workloads,
      Capture capture,
      OpenConnections open,
      HbonePool pool,
      RouteChooser chooser,
      MeshMetrics metrics,
      AccessLog log,
      Traces traces) {}

  private final Parts parts;
  private final BoundedCounter refusals;

  public Outbound(Parts parts) {
    this.parts = parts;
    this.refusals =
        parts
            .metrics()
            .counter(
                "sluice_routes_refused",
                "Outbound connections led nowhere, by reason",
                50,
                "reason");
  }

  /// Takes a captured connection.
  public void accept(CapturedOutbound captured) {
    Runnable closed = parts.metrics().socketOpened(Traffic.Reporter.SOURCE);
    captured.channel().closeFuture().addListener(_ -> closed.run());
    Optional<Enrolled> source = parts.workloads().find(captured.workload());
    if (source.isEmpty()) {
      refuse(
          captured,
          new Route.Refused(
              "unknown_source", "workload `" + captured.workload() + "` is not served here"));
      return;
    }
    var query =
        new RouteChooser.Query(
            parts.mesh().current(),
            parts.policy().current(),
            source.get().workload(),
            captured.destination());
    long random = ThreadLocalRandom.current().nextLong();
    switch (parts.chooser().choose(query, random)) {
      case Route.Refused refused -> refuse(captured, refused);
      case Route.ViaWaypoint(var tunnel, var waypoint, var destination, var service) ->
          serve(captured, source.get(), new Leg.Tunnelled(tunnel, waypoint, destination, service));
      case Route.ViaHbone(var tunnel, var workload, var destination, var service) ->
          serve(captured, source.get(), new Leg.Tunnelled(tunnel, workload, destination, service));
      case Route.Passthrough(var destination, var workload, var service) ->
          serve(captured, source.get(), new Leg.Plain(destination, workload, service));
    }
  }

  private void serve(CapturedOutbound captured, Enrolled source, Leg leg) {
    new OutboundConnection(parts, captured.channel(), source, leg).serve();
  }

  private void refuse(CapturedOutbound captured, Route.Refused refused) {
    refusals.at(refused.reason()).inc();
    var entry = new AccessEntry();
    if (captured.channel().remoteAddress() instanceof InetSocketAddress remote) {
      entry.with("src.addr", PortsFile.text(remote));
    }
    parts
        .log()
        .refusedEarly(
            entry
                .with("dst.addr", PortsFile.text(captured.destination()))
                .with("direction", "outbound")
                .with("reason", refused.reason()),
            refused.detail());
    HalfClose.reset(captured.channel());
  }
}
