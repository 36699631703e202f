package dev.sluice.bench;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import dev.sluice.engine.shard.PolicyShard.MeshFacts;
import dev.sluice.engine.shard.PolicyShard.PathNormalization;
import dev.sluice.engine.shard.PolicyShard.WaypointBinding;
import dev.sluice.runtime.bundle.BundleFacts;
import dev.sluice.runtime.bundle.LivePolicy;
import dev.sluice.runtime.bundle.PolicySnapshot;
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
import dev.sluice.runtime.telemetry.Logs;
import dev.sluice.runtime.telemetry.MeshMetrics;
import dev.sluice.runtime.tls.MeshTls;
import dev.sluice.waypoint.decision.RequestJudge;
import dev.sluice.waypoint.decision.ServiceDirectory;
import dev.sluice.waypoint.server.Activity;
import dev.sluice.waypoint.server.Rooms;
import dev.sluice.waypoint.server.WaypointAcceptor;
import dev.sluice.waypoint.telemetry.RequestTelemetry;
import dev.sluice.waypoint.upstream.HboneTunnels;
import dev.sluice.waypoint.upstream.UpstreamPool;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// Requests per second and latency of a waypoint between real mTLS tunnels on loopback: a closed
/// loop of HTTP/1.1 clients, the waypoint with one event loop, and a trivial workload.
///
/// All three share the process and the cores; the figure is that of the whole chain. Arguments:
/// clients (default 32), seconds (default 10), policies (default 100).
public final class WaypointLoad {

  private static final SpiffeId CLIENT = SpiffeId.of("cluster.local", "shop", "web");
  private static final SpiffeId WORKLOAD = SpiffeId.of("cluster.local", "shop", "api");
  private static final SpiffeId WAYPOINT = SpiffeId.of("cluster.local", "shop", "waypoint");
  private static final String VIP = "10.96.0.10";
  private static final int APP_PORT = 8080;

  private final LoadCertificates certificates = new LoadCertificates();
  private final HboneSettings settings = HboneSettings.defaults();
  private final LiveMesh mesh = new LiveMesh(StaticMesh.empty());
  private final LivePolicy policy = new LivePolicy();

  private WaypointLoad() {}

  /// Runs the load and prints one line.
  public static void main(String[] arguments) throws Exception {
    int clients = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 32;
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
    int policies = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 100;
    Logs.start(Logs.Format.JSON, "error");
    System.out.println(new WaypointLoad().run(clients, seconds, policies));
    Runtime.getRuntime().halt(0);
  }

  private String run(int clients, int seconds, int policies) throws Exception {
    InetAddress pod = InetAddress.getByName("127.77.0.11");
    InetAddress own = InetAddress.getByName("127.77.0.30");
    HboneServer workload =
        serve(
            new InetSocketAddress(pod, 0),
            WORKLOAD,
            tunnel -> {
              tunnel.accept(Map.of());
              LoadApp.serve(tunnel.channel());
            });
    HboneServer waypoint = waypoint(own, workload.address().getPort());
    mesh.replace(mesh(pod, own));
    policy.swap(snapshot(policies));

    var pool = new HbonePool(settings);
    var target =
        new HboneTarget(waypoint.address(), Set.of(WAYPOINT), null, certificates.of(CLIENT));
    var loop = Transport.start(1).loops().next();
    var load = new ClosedLoop();
    for (int i = 0; i < clients; i++) {
      load.add(pool.open(target, ConnectHead.of(VIP + ":80"), loop).sync().getNow());
    }
    Thread.sleep(seconds * 500L);
    load.measure();
    Thread.sleep(seconds * 1000L);
    return clients + " clients, " + policies + " policies: " + load.result(seconds);
  }

  private HboneServer waypoint(InetAddress own, int hbonePort) {
    var directory = new ServiceDirectory(new EnforcementPoint.Waypoint("shop", "waypoint"));
    var judge =
        new RequestJudge(
            directory, WAYPOINT::uri, InstantSource.system(), ThreadLocalRandom::current);
    WorkloadCertificate certificate = certificates.of(WAYPOINT);
    var tunnels = new HboneTunnels(new HbonePool(settings), () -> certificate, hbonePort, own);
    var metrics = MeshMetrics.of("waypoint", "load");
    var rooms =
        new Rooms(
            new Rooms.State(policy, mesh, new OpenConnections(_ -> {}), new Activity()),
            new Rooms.Judging(directory, judge),
            new Rooms.Upstream(new UpstreamPool(tunnels), tunnels),
            new Rooms.Telemetry(new RequestTelemetry(metrics, mesh::current), metrics),
            Rooms.Limits.standard());
    return serve(new InetSocketAddress(own, 0), WAYPOINT, new WaypointAcceptor(rooms));
  }

  private HboneServer serve(InetSocketAddress at, SpiffeId as, TunnelAcceptor acceptor) {
    var tls = MeshTls.server(certificates.of(as), Set.of(new TrustDomain("cluster.local")));
    var bound = HboneServer.bind(Transport.start(1), at, () -> tls, acceptor, settings);
    return switch (bound) {
      case HboneServer.Bound.Listening(var server) -> server;
      case HboneServer.Bound.Failed failed -> throw new IllegalStateException(failed.toString());
    };
  }

  private static StaticMesh mesh(InetAddress pod, InetAddress own) throws Exception {
    var gateway = new GatewayAddress(new GatewayAddress.Destination.ByAddress("", own), 15_008);
    var service =
        Service.of("api", "shop", "api.shop")
            .vips(List.of(new NetworkAddress("", InetAddress.getByName(VIP))))
            .ports(Map.of(80, APP_PORT))
            .waypoint(gateway)
            .appProtocols(Map.of(80, "http"))
            .build();
    return StaticMesh.of(
        "",
        List.of(
            workload("api", WORKLOAD, pod, Map.of("shop/api.shop", Map.of())),
            workload("waypoint", WAYPOINT, own, Map.of())),
        List.of(service),
        List.of(new Waypoint("shop", "waypoint", WAYPOINT, "waypoint")));
  }

  private static Workload workload(
      String name, SpiffeId id, InetAddress at, Map<String, Map<Integer, Integer>> services) {
    return Workload.of(name, name, id)
        .addresses(List.of(at))
        .protocol(Workload.Protocol.HBONE)
        .node("node")
        .services(services)
        .labels(Map.of("app", name))
        .build();
  }

  /// Denials of other paths in front of one rule that allows the request.
  private static PolicySnapshot snapshot(int policies) {
    var all = new ArrayList<AuthorizationPolicy>();
    for (int i = 1; i < policies; i++) {
      all.add(policy("deny-" + i, AuthorizationPolicy.Action.DENY, "/forbidden/" + i + "/"));
    }
    all.add(policy("allow", AuthorizationPolicy.Action.ALLOW, "/orders"));
    var shard =
        new PolicyShard(
            new EnforcementPoint.Waypoint("shop", "waypoint"),
            new MeshFacts(
                new TrustDomain("cluster.local"), List.of(), PathNormalization.MERGE_SLASHES),
            all,
            List.of(),
            List.of(),
            List.of(),
            List.of(new WaypointBinding("shop", "api", "shop", "waypoint")),
            List.of());
    var facts =
        new BundleFacts(1, 1, "sha256:0", "", "", Instant.EPOCH, Instant.MAX, Instant.EPOCH);
    return PolicySnapshot.of(1, facts, shard);
  }

  private static AuthorizationPolicy policy(
      String name, AuthorizationPolicy.Action action, String path) {
    Condition condition = new Condition.Path(new StringMatch.Prefix(path));
    return new AuthorizationPolicy(
        new PolicyId("AuthorizationPolicy", "shop", name),
        new Scope.Addressed(List.of(new Scope.Target.Service("shop", "api"))),
        action,
        List.of(new AuthorizationPolicy.Rule(0, condition)));
  }
}
