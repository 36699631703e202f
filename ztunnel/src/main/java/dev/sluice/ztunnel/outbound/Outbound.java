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
import dev.sluice.runtime.telemetry.ResponseFlag;
import dev.sluice.runtime.telemetry.Traces;
import dev.sluice.runtime.telemetry.Traffic;
import dev.sluice.ztunnel.capture.Capture;
import dev.sluice.ztunnel.capture.CapturedOutbound;
import dev.sluice.ztunnel.workload.Enrolled;
import dev.sluice.ztunnel.workload.LocalWorkloads;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

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
      LocalDelivery delivery,
      MeshMetrics metrics,
      AccessLog log,
      Traces traces) {}

  /// How long a workload that is not known yet is waited for. Source: Istio ztunnel.
  private static final Duration SOURCE_PATIENCE = Duration.ofSeconds(5);

  private final Parts parts;
  private final Router router;
  private final BoundedCounter refusals;
  private final BoundedCounter retries;

  public Outbound(Parts parts) {
    this(parts, new HostNames(InetAddress::getAllByName));
  }

  Outbound(Parts parts, HostNames names) {
    this.parts = parts;
    this.router = new Router(parts, names);
    this.refusals =
        parts
            .metrics()
            .counter(
                "sluice_routes_refused",
                "Outbound connections led nowhere, by reason",
                50,
                "reason");
    this.retries =
        parts
            .metrics()
            .counter(
                "sluice_dials_elsewhere",
                "Endpoints that could not be reached and were left for another",
                50,
                "response_flags");
  }

  Parts parts() {
    return parts;
  }

  Router router() {
    return router;
  }

  void triedElsewhere(ResponseFlag failure) {
    retries.at(failure.text()).inc();
  }

  /// Takes a captured connection.
  public void accept(CapturedOutbound captured) {
    Runnable closed = parts.metrics().socketOpened(Traffic.Reporter.SOURCE);
    captured.channel().closeFuture().addListener(_ -> closed.run());
    if (parts.workloads().find(captured.workload()).isPresent()) {
      route(captured);
    } else {
      parts
          .mesh()
          .when(_ -> parts.workloads().find(captured.workload()).isPresent(), SOURCE_PATIENCE)
          .thenRunAsync(() -> route(captured), captured.channel().eventLoop());
    }
  }

  private void route(CapturedOutbound captured) {
    Optional<Enrolled> source = parts.workloads().find(captured.workload());
    if (source.isEmpty()) {
      refuse(
          captured,
          new Route.Refused(
              "unknown_source", "workload `" + captured.workload() + "` is not served here"));
      return;
    }
    var request =
        new Router.Request(
            captured.channel().eventLoop(),
            source.get().workload(),
            captured.destination(),
            Set.of());
    router.route(request, route -> serve(captured, source.get(), route));
  }

  private void serve(CapturedOutbound captured, Enrolled source, Route route) {
    switch (route) {
      case Route.Refused refused -> refuse(captured, refused);
      case Route.Led led -> new OutboundConnection(this, captured, source, led).serve();
      case Route.Unresolved unresolved ->
          refuse(
              captured,
              new Route.Refused(
                  "name_unresolved", "`" + unresolved.hostname() + "` is not resolved"));
    }
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
