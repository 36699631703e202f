package dev.sluice.ztunnel.inbound;

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
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;

/// Takes what comes in to local workloads: finds the target, then leaves it to one {@link
/// InboundConnection} each.
///
/// Source of the order and the statuses: ztunnel's inbound.
public final class Inbound {

  /// What incoming connections need.
  ///
  /// @param ownPorts ports of the proxy itself, which nothing may be led to
  public record Parts(
      LiveMesh mesh,
      LivePolicy policy,
      OpenConnections open,
      Capture capture,
      MeshMetrics metrics,
      AccessLog log,
      Traces traces,
      Set<Integer> ownPorts) {
    public Parts {
      ownPorts = Set.copyOf(ownPorts);
    }
  }

  private final Parts parts;
  private final Judge judge;

  public Inbound(Parts parts) {
    this.parts = parts;
    this.judge = new Judge(parts.mesh(), parts.policy());
  }

  Parts parts() {
    return parts;
  }

  Judge judge() {
    return judge;
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

  private void countSocket(Channel socket) {
    Runnable closed = parts.metrics().socketOpened(Traffic.Reporter.DESTINATION);
    socket.closeFuture().addListener(_ -> closed.run());
  }

  private void accept(String key, IncomingTunnel tunnel) {
    StaticMesh mesh = parts.mesh().current();
    Optional<Workload> workload = workload(mesh, key);
    Optional<Authority> authority = Authority.parse(tunnel.authority());
    if (authority.isEmpty()) {
      reject(tunnel, new InboundTarget.Rejected(400, "malformed authority"));
    } else if (workload.isEmpty()) {
      reject(tunnel, new InboundTarget.Rejected(503, "workload `" + key + "` is unknown"));
    } else {
      InetAddress local = tunnel.local().getAddress();
      switch (InboundTarget.choose(
          mesh, workload.get(), local, authority.get(), parts.ownPorts())) {
        case InboundTarget.Rejected rejected -> reject(tunnel, rejected);
        case InboundTarget.Local(var destination, var service) -> {
          var incoming =
              new Incoming(
                  facts(tunnel.peer(), tunnel.remote(), destination),
                  tunnel.remote(),
                  workload.get(),
                  service);
          new InboundConnection(this, incoming, new Downstream.Tunnel(tunnel, workload.get()))
              .serve();
        }
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
    Channel channel = captured.channel();
    countSocket(channel);
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
      InetSocketAddress destination = captured.destination();
      var incoming =
          new Incoming(
              facts(Peer.anonymous(), remote, destination),
              remote,
              workload,
              InboundTarget.guessService(mesh, workload, captured.port()));
      new InboundConnection(this, incoming, new Downstream.Plain(channel)).serve();
    }
  }
}
