package dev.sluice.ztunnel;

import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import dev.sluice.runtime.bundle.BundleLoader;
import dev.sluice.runtime.bundle.LivePolicy;
import dev.sluice.runtime.connection.OpenConnections;
import dev.sluice.runtime.hbone.HbonePool;
import dev.sluice.runtime.hbone.HboneServer;
import dev.sluice.runtime.identity.Identities;
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
import dev.sluice.runtime.process.Settings;
import dev.sluice.runtime.telemetry.AccessLog;
import dev.sluice.runtime.telemetry.DnsMetrics;
import dev.sluice.runtime.telemetry.Logs;
import dev.sluice.runtime.telemetry.MeshMetrics;
import dev.sluice.runtime.telemetry.Traces;
import dev.sluice.runtime.tls.MeshTrust;
import dev.sluice.ztunnel.capture.Capture;
import dev.sluice.ztunnel.capture.ExplicitCapture;
import dev.sluice.ztunnel.capture.InPodCapture;
import dev.sluice.ztunnel.dns.DnsProxy;
import dev.sluice.ztunnel.dns.DnsSettings;
import dev.sluice.ztunnel.inbound.Inbound;
import dev.sluice.ztunnel.outbound.LocalDelivery;
import dev.sluice.ztunnel.outbound.Outbound;
import dev.sluice.ztunnel.outbound.RouteChooser;
import dev.sluice.ztunnel.redirect.RedirectCommand;
import dev.sluice.ztunnel.workload.Enrolment;
import dev.sluice.ztunnel.workload.LocalWorkloads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/// The L4 node proxy: its parts and how they are put together.
public final class Ztunnel implements AutoCloseable {

  private static final InstantSource SYSTEM = InstantSource.system();

  private final Transport transport;
  private final MeshMetrics metrics = MeshMetrics.of("ztunnel", Versions.own());
  private final AccessLog log = new AccessLog();
  private final Traces traces;
  final Readiness readiness = new Readiness();
  private final LiveMesh mesh;
  private final LivePolicy policy = new LivePolicy();
  private final OpenConnections incoming = open();
  private final OpenConnections outgoing = open();
  private final HbonePool pool;
  private final ControlLinks links;
  private final Shares shares;
  private final Identities identities;
  private final Optional<DnsProxy> names;
  private final Capture capture;
  private final LocalWorkloads workloads;
  private final LiveTraffic traffic;
  private final Optional<MeshWatcher> meshWatcher;
  private final Enrolment enrolment;
  private final BundleLoader loader;
  private final NodePods pods;
  final AdminServer admin;

  /// Starts the proxy; it takes traffic when this returns.
  ///
  /// @throws IOException when an admin address or the ports file cannot be used
  public Ztunnel(ZtunnelSettings settings, Drain drain, Logs logs) throws IOException {
    var common = settings.common();
    mesh = new LiveMesh(StaticMesh.of(common.network(), List.of(), List.of(), List.of()));
    transport = Transport.start(settings.threads(), settings.sockets());
    traces = settings.traces().map(Traces::to).orElseGet(Traces::off);
    links = new ControlLinks(settings, metrics, readiness);
    var domains = new AcceptedDomains(common.trustDomain(), policy);
    var trust = new MeshTrust(domains, links.revocations(), SYSTEM);
    pool = new HbonePool(settings.hbone(), trust::client);
    identities = Identities.start(links.certificates(), SYSTEM, pool::prepare);
    names = names(settings);
    shares = new Shares(settings.connections(), metrics);
    capture = capture(settings);
    var inbound = inbound(settings, domains);
    workloads = workloads(settings, trust, inbound);
    traffic = new LiveTraffic(capture, workloads, incoming, outgoing);
    drain.add(traffic);

    var conditions = new Conditions(readiness, traffic, settings.served());
    meshWatcher = watch(common, conditions);
    enrolment = Enrolment.start(mesh, workloads, conditions::enrolmentIs);
    mesh.onChange(_ -> conditions.meshChanged(policy.current(), workloads));
    loader =
        BundleLoader.start(
            common.policy(),
            new EnforcementPoint.Ztunnel(),
            policy,
            conditions.activation(workloads),
            metrics);
    var captured = new Captured(inbound, outbound(settings, inbound));
    conditions.captureIs(capture.start(shares.within(captured)));
    pods = NodePods.start(settings, capture, conditions);
    var status = new Status(policy, loader, mesh, workloads, identities, links, capture, pods);
    admin = tell(common, status, drain, logs);
    status.publish(admin, common.portsFile());
    mesh.onChange(_ -> status.publishAgain(admin, common.portsFile()));
    ProxyProcess.keepListeners(transport, metrics, readiness);
    links.discover(mesh);
  }

  private AdminServer tell(Settings common, Status status, Drain drain, Logs logs)
      throws IOException {
    return AdminServer.start(
        common.addresses(),
        new AdminServer.Sources(
            status::dump, metrics, readiness, new Liveness(transport), drain, logs));
  }

  /// Without a file the mesh comes from discovery alone, which is awaited for itself.
  private Optional<MeshWatcher> watch(Settings common, Conditions conditions) {
    mesh.onChange(new PodTurnover(pool)::meshIs);
    var format = new MeshFile(common.trustDomain(), common.network());
    if (common.meshFile().isEmpty()) {
      conditions.meshIs(List.of());
    }
    return common.meshFile().map(file -> MeshWatcher.start(format, file, mesh, conditions::meshIs));
  }

  private Optional<DnsProxy> names(ZtunnelSettings settings) {
    return settings.podSource().isInPods() && settings.dns().mode() == DnsSettings.Mode.ON
        ? Optional.of(DnsProxy.start(transport, mesh, settings.dns(), new DnsMetrics(metrics)))
        : Optional.empty();
  }

  private Capture capture(ZtunnelSettings settings) {
    return settings.podSource().isInPods()
        ? new InPodCapture(
            new InPodCapture.Parts(
                transport,
                settings.pods(),
                settings.hbonePort(),
                this::listenInPod,
                pool::release,
                names.map(NameService::new)))
        : new ExplicitCapture(transport, settings.capture());
  }

  private HboneServer.Bound listenInPod(
      Transport inPod, String workload, InetSocketAddress address) {
    return workloads.listenIn(inPod, workload, address);
  }

  private LocalWorkloads workloads(ZtunnelSettings settings, MeshTrust trust, Inbound inbound) {
    return new LocalWorkloads(
        settings.served(),
        identities,
        new LocalWorkloads.Listening(
            transport,
            settings.hbone(),
            settings.hbonePort(),
            trust,
            settings.podSource().isInPods()
                ? LocalWorkloads.Where.IN_PODS
                : LocalWorkloads.Where.ON_ADDRESSES),
        key -> shares.within(key, inbound.tunnelsFor(key)));
  }

  private Inbound inbound(ZtunnelSettings settings, AcceptedDomains domains) {
    return new Inbound(
        new Inbound.Parts(
            mesh, policy, incoming, capture, metrics, log, traces, domains, settings.ownPorts()));
  }

  private Outbound outbound(ZtunnelSettings settings, Inbound inbound) {
    var chooser = new RouteChooser(settings.hbonePort(), settings.ownPorts());
    LocalDelivery delivery =
        switch (settings.sameNode()) {
          case TUNNEL -> LocalDelivery.none();
          case HAND_OVER -> inbound.sameNode(key -> workloads.find(key).isPresent());
        };
    return new Outbound(
        new Outbound.Parts(
            mesh, policy, workloads, capture, outgoing, pool, chooser, delivery, metrics, log,
            traces));
  }

  private OpenConnections open() {
    return new OpenConnections(reason -> metrics.connectionClosed(reason.code()));
  }

  private static int command(List<String> words) {
    if (words.getFirst().equals(RedirectCommand.NAME)) {
      return RedirectCommand.onStandardStreams(words.subList(1, words.size()));
    }
    System.err.println("ztunnel: unknown command `" + words.getFirst() + "`");
    System.err.println("  help: run it without arguments, or see `ztunnel redirect --help`");
    return RedirectCommand.EXIT_USAGE;
  }

  @Override
  public void close() {
    enrolment.close();
    meshWatcher.ifPresent(MeshWatcher::close);
    loader.close();
    traffic.stopAccepting();
    traffic.cutAll();
    pods.close();
    names.ifPresent(DnsProxy::close);
    workloads.close();
    identities.close();
    links.close();
    pool.close();
    admin.close();
    transport.close();
    traces.close();
  }

  /// Runs until a signal or `/quitquitquit`; 0 after a drain, 2 when it cannot start.
  ///
  /// With `redirect` as the first argument it runs [RedirectCommand] instead.
  public static void main(String[] arguments) {
    if (arguments.length > 0) {
      System.exit(command(List.of(arguments)));
    }
    var environment = Environment.of(System.getenv());
    var settings = ZtunnelSettings.read(environment);
    var remarks = UpstreamVariables.check(environment);
    var common = settings.common();
    // First of all, because libraries log as they load.
    var logs = Logs.start(common.logging().format(), common.logging().level());
    remarks.forEach(LoggerFactory.getLogger(Ztunnel.class)::warn);
    ProxyProcess.checkTransport(environment);
    if (!environment.problems().isEmpty()) {
      ProxyProcess.refuse("ztunnel", environment.problems(), System.err);
    }
    var drain = new Drain(common.drainDeadline());
    try {
      var proxy = new Ztunnel(settings, drain, logs);
      ProxyProcess.serve(drain, common.drainDeadline(), logs, proxy::close);
    } catch (IOException unusable) {
      ProxyProcess.refuse("ztunnel", List.of(String.valueOf(unusable)), System.err);
    }
  }
}
