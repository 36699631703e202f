package dev.sluice.waypoint.server;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.RequestAuthentication;
import dev.sluice.engine.route.HttpRoute;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import dev.sluice.engine.shard.PolicyShard.MeshFacts;
import dev.sluice.engine.shard.PolicyShard.PathNormalization;
import dev.sluice.engine.shard.PolicyShard.WaypointBinding;
import dev.sluice.runtime.bundle.BundleFacts;
import dev.sluice.runtime.bundle.LivePolicy;
import dev.sluice.runtime.bundle.PolicySnapshot;
import dev.sluice.runtime.connection.CloseReason;
import dev.sluice.runtime.connection.OpenConnections;
import dev.sluice.runtime.hbone.ConnectHead;
import dev.sluice.runtime.hbone.HbonePool;
import dev.sluice.runtime.hbone.HboneServer;
import dev.sluice.runtime.hbone.HboneSettings;
import dev.sluice.runtime.hbone.HboneTarget;
import dev.sluice.runtime.hbone.TunnelAcceptor;
import dev.sluice.runtime.identity.WorkloadCertificate;
import dev.sluice.runtime.mesh.GatewayAddress;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.mesh.NetworkAddress;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Waypoint;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.runtime.telemetry.MeshMetrics;
import dev.sluice.runtime.tls.MeshTls;
import dev.sluice.waypoint.decision.RequestJudge;
import dev.sluice.waypoint.decision.ServiceDirectory;
import dev.sluice.waypoint.http.HttpLimits;
import dev.sluice.waypoint.jwt.Tokens;
import dev.sluice.waypoint.telemetry.RequestTelemetry;
import dev.sluice.waypoint.upstream.HboneTunnels;
import dev.sluice.waypoint.upstream.UpstreamPool;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A mesh on loopback: clients, one waypoint, and a Service `shop/api` of two versions behind it,
/// all over real HBONE.
final class World implements AutoCloseable {

  static final SpiffeId WEB = SpiffeId.of("cluster.local", "shop", "web");
  static final SpiffeId OTHER = SpiffeId.of("cluster.local", "other", "batch");
  static final SpiffeId API = SpiffeId.of("cluster.local", "shop", "api");
  static final SpiffeId WAYPOINT = SpiffeId.of("cluster.local", "shop", "waypoint");
  static final String VIP = "10.96.0.10";
  static final String HTTP = VIP + ":80";
  static final String TCP = VIP + ":9000";
  static final String UNDECLARED = VIP + ":7000";
  private static final int APP_PORT = 8080;

  final TestAuthority authority = new TestAuthority();
  final Transport transport = Transport.start(2);
  final LivePolicy policy = new LivePolicy();
  final LiveMesh mesh = new LiveMesh(StaticMesh.empty());
  final MeshMetrics metrics = MeshMetrics.of("waypoint", "test");
  final OpenConnections connections =
      new OpenConnections(reason -> metrics.connectionClosed(reason.code()));
  final Activity activity = new Activity();
  final EchoApp v1 = new EchoApp("v1");
  final EchoApp v2 = new EchoApp("v2");
  final List<String> authorities = new java.util.concurrent.CopyOnWriteArrayList<>();
  private final Map<SpiffeId, WorkloadCertificate> certificates = new HashMap<>();
  private final HboneSettings settings = HboneSettings.defaults();
  private final HbonePool clients = new HbonePool(settings);
  private final HbonePool outgoing = new HbonePool(settings);
  private final String net =
      "127." + (1 + new Random().nextInt(250)) + "." + new Random().nextInt(250);
  private final HboneServer waypoint;
  private final int hbonePort;
  private long generation;

  World() {
    hbonePort = serveApp(address(11), API, v1, 0).getPort();
    serveApp(address(12), API, v2, hbonePort);
    var directory = new ServiceDirectory(new EnforcementPoint.Waypoint("shop", "waypoint"));
    var clock = InstantSource.fixed(Instant.ofEpochSecond(Tokens.NOW));
    var chance = new Random(7);
    var judge = new RequestJudge(directory, WAYPOINT::uri, clock, () -> chance);
    var tunnels = new HboneTunnels(outgoing, () -> certificate(WAYPOINT), hbonePort, address(30));
    var rooms =
        new Rooms(
            new Rooms.State(policy, mesh, connections, activity),
            new Rooms.Judging(directory, judge),
            new Rooms.Upstream(new UpstreamPool(tunnels), tunnels),
            new Rooms.Telemetry(new RequestTelemetry(metrics, mesh::current), metrics),
            new Rooms.Limits(
                HttpLimits.standard(),
                Duration.ofMillis(200),
                Duration.ofMillis(500),
                Duration.ofSeconds(10),
                Duration.ofMinutes(1)));
    waypoint = serve(new InetSocketAddress(address(30), 0), WAYPOINT, new WaypointAcceptor(rooms));
    bind(API);
    allowAll();
  }

  private InetSocketAddress serveApp(InetAddress address, SpiffeId as, EchoApp app, int port) {
    return serve(
            new InetSocketAddress(address, port),
            as,
            tunnel -> {
              authorities.add(tunnel.authority() + " from " + tunnel.peer());
              tunnel.accept(Map.of());
              app.serve(tunnel.channel());
            })
        .address();
  }

  private HboneServer serve(InetSocketAddress at, SpiffeId as, TunnelAcceptor acceptor) {
    var context = MeshTls.server(certificate(as), Set.of(TestAuthority.DOMAIN));
    var bound = HboneServer.bind(transport, at, () -> context, acceptor, settings);
    if (!(bound instanceof HboneServer.Bound.Listening(var server))) {
      throw new IllegalStateException(bound.toString());
    }
    return server;
  }

  synchronized WorkloadCertificate certificate(SpiffeId id) {
    return certificates.computeIfAbsent(id, authority::certificate);
  }

  InetAddress address(int last) {
    return ip(net + "." + last);
  }

  static InetAddress ip(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /// The mesh, with the identity that the destinations are said to have.
  void bind(SpiffeId endpoints) {
    mesh.replace(
        StaticMesh.of(
            "",
            List.of(
                workload("web", WEB, 5, Map.of(), Map.of("app", "web")),
                workload("waypoint", WAYPOINT, 30, Map.of(), Map.of()),
                workload("api-v1", endpoints, 11, Map.of("api", 1, "api-v1", 1), Map.of("v", "1")),
                workload("api-v2", endpoints, 12, Map.of("api", 1, "api-v2", 1), Map.of("v", "2"))),
            List.of(
                service("api", VIP, waypointAddress()),
                service("api-v1", "10.96.0.11", null),
                service("api-v2", "10.96.0.12", null),
                service("empty", "10.96.0.13", waypointAddress())),
            List.of(new Waypoint("shop", "waypoint", WAYPOINT, "waypoint"))));
  }

  private GatewayAddress waypointAddress() {
    return new GatewayAddress(new GatewayAddress.Destination.ByAddress("", address(30)), 15_008);
  }

  private Workload workload(
      String name,
      SpiffeId id,
      int last,
      Map<String, Integer> services,
      Map<String, String> labels) {
    Map<String, Map<Integer, Integer>> ports = new HashMap<>();
    services.keySet().forEach(service -> ports.put("shop/" + host(service), Map.of()));
    return Workload.of(name, name, id)
        .addresses(List.of(address(last)))
        .protocol(Workload.Protocol.HBONE)
        .node("node")
        .services(ports)
        .labels(labels)
        .build();
  }

  private static String host(String service) {
    return service + ".shop.svc.cluster.local";
  }

  private static Service service(String name, String vip, @Nullable GatewayAddress waypoint) {
    return Service.of(name, "shop", host(name))
        .vips(List.of(new NetworkAddress("", ip(vip))))
        .ports(Map.of(80, APP_PORT, 9000, APP_PORT, 7000, APP_PORT))
        .waypoint(waypoint)
        .appProtocols(Map.of(80, "http", 9000, "tcp"))
        .build();
  }

  void allowAll() {
    enforce(List.of(), List.of(), List.of());
  }

  void enforce(
      List<AuthorizationPolicy> policies,
      List<RequestAuthentication> authentications,
      List<HttpRoute> routes) {
    swap(
        policies,
        authentications,
        routes,
        List.of(
            new WaypointBinding("shop", "api", "shop", "waypoint"),
            new WaypointBinding("shop", "empty", "shop", "waypoint")));
  }

  void swap(
      List<AuthorizationPolicy> policies,
      List<RequestAuthentication> authentications,
      List<HttpRoute> routes,
      List<WaypointBinding> bindings) {
    var shard =
        new PolicyShard(
            new EnforcementPoint.Waypoint("shop", "waypoint"),
            new MeshFacts(TestAuthority.DOMAIN, List.of(), PathNormalization.MERGE_SLASHES),
            policies,
            List.of(),
            authentications,
            List.of(),
            bindings,
            routes);
    var facts =
        new BundleFacts(
            1, ++generation, "sha256:0", "", "", Instant.EPOCH, Instant.MAX, Instant.EPOCH);
    policy.swap(PolicySnapshot.of(generation, facts, shard));
    connections.recheck(CloseReason.POLICY_CHANGE);
  }

  Future<Channel> open(SpiffeId client, String authority) {
    var target =
        new HboneTarget(waypoint.address(), Set.of(WAYPOINT), address(5), certificate(client));
    return clients.open(target, ConnectHead.of(authority), transport.loops().next());
  }

  /// A tunnel through the waypoint.
  Wire wire(SpiffeId client, String authority) {
    try {
      Future<Channel> opening = open(client, authority);
      if (!opening.await(20, TimeUnit.SECONDS) || !opening.isSuccess()) {
        throw new IllegalStateException(String.valueOf(opening.cause()), opening.cause());
      }
      return new Wire(opening.getNow());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Wire wire() {
    return wire(WEB, HTTP);
  }

  /// One request of `shop/web` to the API, on a tunnel of its own.
  Wire.Reply ask(String method, String target, String... headers) {
    return wire().ask(method, target, headers);
  }

  static List<String> names(List<Wire.Reply> replies) {
    List<String> names = new ArrayList<>();
    replies.forEach(reply -> names.add(reply.header("x-app")));
    return names;
  }

  @Override
  public void close() {
    clients.close();
    outgoing.close();
    waypoint.close();
    transport.close();
  }
}
