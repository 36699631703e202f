package dev.sluice.waypoint;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.runtime.bundle.BundleLoader;
import dev.sluice.runtime.bundle.LivePolicy;
import dev.sluice.runtime.connection.OpenConnections;
import dev.sluice.runtime.hbone.HbonePool;
import dev.sluice.runtime.identity.CertificateDirectory;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.mesh.MeshFile;
import dev.sluice.runtime.mesh.MeshWatcher;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.runtime.process.AdminServer;
import dev.sluice.runtime.process.Drain;
import dev.sluice.runtime.process.Environment;
import dev.sluice.runtime.process.Liveness;
import dev.sluice.runtime.process.ProxyProcess;
import dev.sluice.runtime.process.Readiness;
import dev.sluice.runtime.telemetry.Logs;
import dev.sluice.runtime.telemetry.MeshMetrics;
import dev.sluice.waypoint.decision.RequestJudge;
import dev.sluice.waypoint.decision.ServiceDirectory;
import dev.sluice.waypoint.server.Activity;
import dev.sluice.waypoint.server.Rooms;
import dev.sluice.waypoint.server.WaypointAcceptor;
import dev.sluice.waypoint.telemetry.RequestTelemetry;
import dev.sluice.waypoint.upstream.HboneTunnels;
import dev.sluice.waypoint.upstream.UpstreamPool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The L7 proxy: its parts and how they are put together.
public final class Waypoint implements AutoCloseable {

  private final WaypointSettings settings;
  private final Transport transport;
  private final MeshMetrics metrics = MeshMetrics.of("waypoint", version());
  private final Readiness readiness = new Readiness();
  private final LiveMesh mesh = new LiveMesh(StaticMesh.empty());
  private final LivePolicy policy = new LivePolicy();
  private final OpenConnections connections =
      new OpenConnections(reason -> metrics.connectionClosed(reason.code()));
  private final Activity activity = new Activity();
  private final HbonePool pool;
  private final UpstreamPool upstream;
  private final MeshWatcher meshWatcher;
  private final Entrance entrance;
  private final BundleLoader loader;
  private final AdminServer admin;

  /// Starts the proxy; it is ready when it has a mesh, a bundle and a certificate.
  ///
  /// @throws IOException when an admin address or the ports file cannot be used
  public Waypoint(WaypointSettings settings, Drain drain, Logs logs) throws IOException {
    this.settings = settings;
    var common = settings.common();
    transport = Transport.start(settings.threads());
    pool = new HbonePool(settings.hbone());
    var directory = new ServiceDirectory(settings.self());
    var conditions = new Conditions(readiness, connections, directory, mesh);
    conditions.begin();
    meshWatcher =
        MeshWatcher.start(
            new MeshFile(common.trustDomain(), common.network()),
            common.meshFile().orElseThrow(),
            mesh,
            conditions::meshIs);
    var files = new CertificateDirectory(common.certificates().orElseThrow());
    var certificate = new OwnCertificate(files, this::identity, this::accepted);
    var tunnels = new HboneTunnels(pool, certificate::certificate, settings.hbonePort(), source());
    upstream = new UpstreamPool(tunnels);
    var rooms = rooms(directory, tunnels);
    loader =
        BundleLoader.start(
            common.policy(), settings.self(), policy, conditions.activation(), metrics);
    mesh.onChange(_ -> conditions.meshChanged(policy.current()));
    entrance =
        Entrance.start(
            new Entrance.Listening(
                transport, settings.inbound(), settings.hbone(), new WaypointAcceptor(rooms)),
            certificate,
            conditions::listenerIs);
    drain.add(new LiveTraffic(entrance, activity, connections));
    var status = new Status(settings.self(), policy, loader, mesh, certificate, entrance);
    admin =
        AdminServer.start(
            common.addresses(),
            new AdminServer.Sources(
                status::dump, metrics, readiness, new Liveness(transport), drain, logs));
    status.publish(admin, common.portsFile());
    entrance.onOpen(() -> status.publishAgain(admin, common.portsFile()));
    ProxyProcess.keepListeners(transport, metrics, readiness);
  }

  private Rooms rooms(ServiceDirectory directory, HboneTunnels tunnels) {
    var judge =
        new RequestJudge(
            directory, () -> identity().uri(), InstantSource.system(), ThreadLocalRandom::current);
    return new Rooms(
        new Rooms.State(policy, mesh, connections, activity),
        new Rooms.Judging(directory, judge),
        new Rooms.Upstream(upstream, tunnels),
        new Rooms.Telemetry(new RequestTelemetry(metrics, mesh::current), metrics),
        Rooms.Limits.standard());
  }

  /// Who the mesh says this waypoint is; its name is its service account where the mesh says
  /// nothing.
  private SpiffeId identity() {
    var self = settings.self();
    return mesh.current()
        .waypoint(self.namespace(), self.name())
        .map(waypoint -> waypoint.identity())
        .orElseGet(
            () -> new SpiffeId(settings.common().trustDomain(), self.namespace(), self.name()));
  }

  /// The own trust domain and the aliases that the bundle names.
  private Set<TrustDomain> accepted() {
    var domains = new HashSet<TrustDomain>();
    domains.add(settings.common().trustDomain());
    policy.current().shard().ifPresent(shard -> domains.addAll(shard.mesh().aliases()));
    return Set.copyOf(domains);
  }

  /// Workloads see the waypoint's own address as source, where it has one.
  private @Nullable InetAddress source() {
    InetSocketAddress inbound = settings.inbound();
    return inbound.getAddress().isAnyLocalAddress() ? null : inbound.getAddress();
  }

  private static String version() {
    String version = Waypoint.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }

  /// Where it is asked about itself.
  AdminServer admin() {
    return admin;
  }

  @Override
  public void close() {
    meshWatcher.close();
    loader.close();
    entrance.close();
    upstream.close();
    pool.close();
    admin.close();
    transport.close();
  }

  /// Runs until a signal or `/quitquitquit`; 0 after a drain, 2 when it cannot start.
  public static void main(String[] arguments) {
    var environment = Environment.of(System.getenv());
    var settings = WaypointSettings.read(environment);
    var common = settings.common();
    // First of all, because libraries log as they load.
    var logs = Logs.start(common.logging().format(), common.logging().level());
    ProxyProcess.checkTransport(environment);
    if (!environment.problems().isEmpty()) {
      ProxyProcess.refuse("waypoint", environment.problems(), System.err);
    }
    var drain = new Drain(common.drainDeadline());
    try {
      var proxy = new Waypoint(settings, drain, logs);
      ProxyProcess.serve(drain, common.drainDeadline(), logs, proxy::close);
    } catch (IOException unusable) {
      ProxyProcess.refuse("waypoint", List.of(String.valueOf(unusable)), System.err);
    }
  }
}
