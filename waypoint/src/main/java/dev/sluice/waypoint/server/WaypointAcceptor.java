package dev.sluice.waypoint.server;

import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.Peer;
import dev.sluice.runtime.hbone.IncomingTunnel;
import dev.sluice.runtime.hbone.TunnelAcceptor;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.process.Environment;
import dev.sluice.runtime.telemetry.AccessEntry;
import dev.sluice.runtime.telemetry.AccessLog;
import dev.sluice.waypoint.decision.Client;
import dev.sluice.waypoint.decision.Dispatch;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;

/// Answers CONNECT requests: only a proven identity, only for a Service address that this waypoint
/// serves.
///
/// 400 for an authority that is no address and port, 401 without identity, 404 for an address that
/// is not served here, 503 while nothing may be decided or the waypoint is leaving.
public final class WaypointAcceptor implements TunnelAcceptor {

  private final Rooms rooms;
  private final AccessLog log = new AccessLog();

  public WaypointAcceptor(Rooms rooms) {
    this.rooms = rooms;
  }

  @Override
  public void accept(IncomingTunnel tunnel) {
    if (rooms.state().activity().isLeaving()) {
      refuse(tunnel, 503, "leaving");
      return;
    }
    if (!(tunnel.peer() instanceof Peer.Identified peer)) {
      refuse(tunnel, 401, "no_identity");
      return;
    }
    Optional<InetSocketAddress> authority = address(tunnel.authority());
    if (authority.isEmpty()) {
      refuse(tunnel, 400, "malformed_authority");
      return;
    }
    var dialled = new AddressPort(authority.get().getAddress(), authority.get().getPort());
    var client = new Client(peer, tunnel.remote().getAddress(), dialled);
    switch (rooms.judging().directory().find(rooms.now(), client)) {
      case Dispatch.NotFound(var reason) -> refuse(tunnel, 404, reason);
      case Dispatch.Unavailable(var cause) -> refuse(tunnel, 503, cause.code());
      case Dispatch.Served(var service) -> serve(tunnel, client, service);
    }
  }

  private static Optional<InetSocketAddress> address(String authority) {
    // Names and wildcards are fine in settings, not as the address that a client dialled.
    boolean named = authority.startsWith(":") || authority.startsWith("localhost");
    return named ? Optional.empty() : Environment.parseAddress(authority);
  }

  private void serve(IncomingTunnel tunnel, Client client, Service service) {
    switch (ServiceProtocol.of(service, client.service().port())) {
      case TCP -> new TcpTunnel(rooms, client, tunnel.channel()).open(tunnel);
      case HTTP, HTTP_2 -> {
        tunnel.accept(Map.of());
        ProtocolSniffer.awaitHttp(rooms, client, tunnel.channel());
      }
      case UNDECLARED -> {
        tunnel.accept(Map.of());
        ProtocolSniffer.awaitAnything(rooms, client, tunnel.channel());
      }
    }
  }

  private void refuse(IncomingTunnel tunnel, int status, String reason) {
    var entry =
        new AccessEntry()
            .with("src.addr", tunnel.remote().getAddress().getHostAddress())
            .with("dst.authority", tunnel.authority())
            .with("status", status);
    if (tunnel.peer() instanceof Peer.Identified(var id)) {
      entry.with("src.identity", id.uri());
    }
    log.refusedEarly(entry, reason);
    tunnel.refuse(status, reason);
  }
}
