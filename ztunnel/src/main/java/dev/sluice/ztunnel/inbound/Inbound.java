package dev.sluice.ztunnel.inbound;

import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.Peer;
import dev.sluice.runtime.bundle.LivePolicy;
import dev.sluice.runtime.connection.OpenConnections;
import dev.sluice.runtime.hbone.IncomingTunnel;
import dev.sluice.runtime.hbone.TunnelAcceptor;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.netty.HalfClose;
import dev.sluice.runtime.process.PortsFile;
import dev.sluice.runtime.telemetry.AccessEntry;
import dev.sluice.runtime.telemetry.AccessLog;
import dev.sluice.runtime.telemetry.MeshMetrics;
import dev.sluice.runtime.telemetry.Traces;
import dev.sluice.runtime.telemetry.Traffic;
import dev.sluice.ztunnel.capture.Capture;
import dev.sluice.ztunnel.capture.CapturedInbound;
import dev.sluice.ztunnel.outbound.LocalDelivery;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Takes what comes in to local workloads: finds the target, then leaves it to one {@link
/// InboundConnection} each.
///
/// Source of the order and the statuses: ztunnel's inbound.
public final class Inbound {

  /// What incoming connections need.
  ///
  /// @param accepted the trust domains of which peers may be
  /// @param ownPorts ports of the proxy itself, which nothing may be led to
  public record Parts(
      LiveMesh mesh,
      LivePolicy policy,
      OpenConnections open,
      Capture capture,
      MeshMetrics metrics,
      AccessLog log,
      Traces traces,
      Predicate<TrustDomain> accepted,
      Set<Integer> ownPorts) {
    public Parts {
      ownPorts = Set.copyOf(ownPorts);
    }
  }

  /// How long a workload that is not known yet is waited for. Source: Istio ztunnel.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Parts parts;
  private final Judge judge;
  private final Rehearsal rehearsal;

  public Inbound(Parts parts) {
    this.parts = parts;
    this.judge = new Judge(parts.mesh(), parts.policy(), parts.accepted());
    this.rehearsal = new Rehearsal(judge, parts.metrics());
  }

  Parts parts() {
    return parts;
  }

  Judge judge() {
    return judge;
  }

  Rehearsal rehearsal() {
    return rehearsal;
  }

  /// What takes the tunnels for the workload `namespace/name`.
  public TunnelAcceptor tunnelsFor(String key) {
    return new TunnelAcceptor() {
      @Override
      public void connected(Channel connection) {
        countSocket(connection);
      }

      @Override
      public void accept(IncomingTunnel tunnel) {
        Inbound.this.accept(key, tunnel);
      }
    };
  }

  /// What takes connections between workloads of this proxy.
  ///
  /// @param served whether the workload `namespace/name` is one of them
  public LocalDelivery sameNode(Predicate<String> served) {
    return new SameNode(this, served);
  }

  private void countSocket(Channel socket) {
    Runnable closed = parts.metrics().socketOpened(Traffic.Reporter.DESTINATION);
    socket.closeFuture().addListener(_ -> closed.run());
  }

  private void accept(String key, IncomingTunnel tunnel) {
    Optional<Authority> authority = Authority.parse(tunnel.authority());
    if (authority.isEmpty()) {
      reject(tunnel, new InboundTarget.Rejected(400, "malformed authority"));
    } else if (workload(parts.mesh().current(), key).isPresent()) {
      accept(key, tunnel, authority.get());
    } else {
      parts
          .mesh()
          .when(mesh -> workload(mesh, key).isPresent(), PATIENCE)
          .thenRunAsync(() -> accept(key, tunnel, authority.get()), tunnel.channel().eventLoop());
    }
  }

  private void accept(String key, IncomingTunnel tunnel, Authority authority) {
    StaticMesh mesh = parts.mesh().current();
    Optional<Workload> found = workload(mesh, key);
    if (found.isEmpty()) {
      reject(tunnel, new InboundTarget.Rejected(503, "workload `" + key + "` is unknown"));
      return;
    }
    Workload workload = found.get();
    var arrival =
        new InboundTarget.Arrival(mesh, workload, tunnel.local().getAddress(), parts.ownPorts());
    switch (arrival.target(authority)) {
      case InboundTarget.Rejected rejected -> reject(tunnel, rejected);
      case InboundTarget.Local(var destination, var service, var announced) -> {
        var incoming =
            new Incoming(
                facts(tunnel.peer(), tunnel.remote(), destination),
                tunnel.remote(),
                workload,
                Clients.of(mesh, tunnel),
                Clients.addressed(mesh, workload, tunnel).orElse(service),
                announced);
        new InboundConnection(this, incoming, new Downstream.Tunnel(tunnel, workload)).serve();
      }
    }
  }

  private static Connection facts(
      Peer peer, InetSocketAddress remote, InetSocketAddress destination) {
    return new Connection(
        peer,
        remote.getAddress(),
        new AddressPort(destination.getAddress(), destination.getPort()),
        null);
  }

  private static Optional<Workload> workload(StaticMesh mesh, String key) {
    int slash = key.indexOf('/');
    return mesh.workload(key.substring(0, slash), key.substring(slash + 1));
  }

  private void reject(IncomingTunnel tunnel, InboundTarget.Rejected rejected) {
    logEarly(tunnel.remote(), tunnel.authority(), rejected.error());
    tunnel.refuse(rejected.status(), "-");
  }

  private void logEarly(InetSocketAddress remote, String destination, String error) {
    parts
        .log()
        .refusedEarly(
            new AccessEntry()
                .with("src.addr", PortsFile.text(remote))
                .with("dst.addr", destination)
                .with("direction", "inbound"),
            error);
  }

  /// Takes a captured plaintext connection.
  public void accept(CapturedInbound captured) {
    countSocket(captured.channel());
    if (workload(parts.mesh().current(), captured.workload()).isPresent()) {
      plain(captured);
    } else {
      parts
          .mesh()
          .when(mesh -> workload(mesh, captured.workload()).isPresent(), PATIENCE)
          .thenRunAsync(() -> plain(captured), captured.channel().eventLoop());
    }
  }

  private void plain(CapturedInbound captured) {
    Channel channel = captured.channel();
    var remote = (InetSocketAddress) channel.remoteAddress();
    StaticMesh mesh = parts.mesh().current();
    Optional<Workload> found = workload(mesh, captured.workload());
    String name = captured.workload() + ":" + captured.port();
    if (remote == null) {
      channel.close();
    } else if (found.isEmpty()) {
      logEarly(remote, name, "workload `" + captured.workload() + "` is unknown");
      HalfClose.reset(channel);
    } else if (parts.ownPorts().contains(captured.port())) {
      logEarly(remote, name, "port " + captured.port() + " is the proxy's own");
      HalfClose.reset(channel);
    } else {
      Workload workload = found.get();
      var incoming =
          new Incoming(
              facts(Peer.anonymous(), remote, captured.destination()),
              remote,
              workload,
              Clients.of(mesh, remote.getAddress(), null).orElse(null),
              InboundTarget.guessService(mesh, workload, captured.port()),
              null);
      new InboundConnection(this, incoming, new Downstream.Plain(channel)).serve();
    }
  }
}
