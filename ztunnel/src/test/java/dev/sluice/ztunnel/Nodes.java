package dev.sluice.ztunnel;

import dev.sluice.controlplane.ca.CertificateAuthority;
import dev.sluice.controlplane.ca.WorkloadFiles;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.runtime.bundle.TestBundles;
import dev.sluice.runtime.hbone.HboneServer;
import dev.sluice.runtime.hbone.HboneSettings;
import dev.sluice.runtime.hbone.IncomingTunnel;
import dev.sluice.runtime.identity.CertificateDirectory;
import dev.sluice.runtime.identity.WorkloadCertificate;
import dev.sluice.runtime.netty.Dial;
import dev.sluice.runtime.netty.HeldInput;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.runtime.process.Drain;
import dev.sluice.runtime.process.Environment;
import dev.sluice.runtime.relay.Relay;
import dev.sluice.runtime.telemetry.Logs;
import dev.sluice.runtime.tls.MeshTls;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/// Ztunnels in this JVM, each with a mesh file and listeners of the test's own, and stand-ins for
/// waypoints and gateways that note the tunnels they are asked for.
///
/// In texts, `@N` is the Nth address of the test's own loopback network.
final class Nodes implements AutoCloseable {

  private static final Logs LOGS = Logs.start(Logs.Format.PLAIN, "error");

  final TestBundles bundles;
  private final Path home;
  private final String net;
  private final List<Runnable> running = new ArrayList<>();

  Nodes(Path home, List<String> accounts) throws IOException {
    this.home = home;
    var random = ThreadLocalRandom.current();
    net = "127." + random.nextInt(2, 250) + "." + random.nextInt(1, 250) + ".";
    bundles = TestBundles.in(home.resolve("trust"));
    bundles.publish(1, TestBundles.ztunnel(List.of(), List.of()));
    enrol(accounts);
  }

  private void enrol(List<String> accounts) {
    var opened =
        CertificateAuthority.open(
            home.resolve("ca"), new TrustDomain("cluster.local"), InstantSource.system());
    if (!(opened instanceof CertificateAuthority.Opened.Ready(var authority))) {
      throw new AssertionError(opened);
    }
    var files = new WorkloadFiles(home.resolve("certificates"));
    for (String account : accounts) {
      var enrolled =
          files.enrol(
              authority, SpiffeId.of("cluster.local", "shop", account), Duration.ofHours(1));
      if (!(enrolled instanceof WorkloadFiles.Enrolled.Written)) {
        throw new AssertionError(enrolled);
      }
    }
  }

  String ip(int number) {
    return net + number;
  }

  String text(String template) {
    return template.replace("@", net);
  }

  /// Starts a ztunnel with these additions to its environment.
  TestMesh.Node start(String name, String mesh, String capture, Map<String, String> more)
      throws IOException {
    remesh(name, mesh);
    Path file = Files.writeString(home.resolve(name + "-capture.yaml"), text(capture));
    var variables = new HashMap<String, String>();
    variables.put("SLUICE_BUNDLE_DIR", bundles.directory().toString());
    variables.put("SLUICE_TRUST_ROOT", bundles.rootFile().toString());
    variables.put("SLUICE_STATE_DIR", home.resolve(name + "-state").toString());
    variables.put("LOCAL_XDS_PATH", home.resolve(name + "-mesh.yaml").toString());
    variables.put("SLUICE_CERTIFICATES_DIR", home.resolve("certificates").toString());
    variables.put("NODE_NAME", name);
    variables.put("ADMIN_ADDRESS", "127.0.0.1:0");
    variables.put("STATS_ADDRESS", "127.0.0.1:0");
    variables.put("READINESS_ADDRESS", "127.0.0.1:0");
    variables.put("SLUICE_PORTS_FILE", home.resolve(name + "-ports.json").toString());
    variables.put("CONNECTION_TERMINATION_DEADLINE", "500ms");
    variables.put("ZTUNNEL_WORKER_THREADS", "2");
    variables.put("SLUICE_CAPTURE_PATH", file.toString());
    variables.putAll(more);
    var environment = Environment.of(variables);
    var settings = ZtunnelSettings.read(environment);
    if (!environment.problems().isEmpty()) {
      throw new AssertionError(environment.problems());
    }
    var drain = new Drain(settings.common().drainDeadline());
    var proxy = new Ztunnel(settings, drain, LOGS);
    running.add(proxy::close);
    return new TestMesh.Node(proxy, drain, home.resolve(name + "-ports.json"));
  }

  /// Replaces the mesh file of a node.
  void remesh(String name, String mesh) throws IOException {
    Path aside = Files.writeString(home.resolve(name + "-mesh.new"), text(mesh));
    Files.move(aside, home.resolve(name + "-mesh.yaml"), StandardCopyOption.REPLACE_EXISTING);
  }

  WorkloadCertificate certificate(String account) {
    return switch (new CertificateDirectory(home.resolve("certificates")).load("shop", account)) {
      case CertificateDirectory.Loaded.Ready(var certificate) -> certificate;
      case CertificateDirectory.Loaded.Missing missing -> throw new AssertionError(missing);
      case CertificateDirectory.Loaded.Invalid invalid -> throw new AssertionError(invalid);
    };
  }

  /// Something that takes every tunnel and leads it to one address.
  static final class Relaying {
    final List<String> authorities = new CopyOnWriteArrayList<>();
    final List<Integer> connections = new CopyOnWriteArrayList<>();
    private final InetSocketAddress target;

    private Relaying(InetSocketAddress target) {
      this.target = target;
    }

    private void accept(IncomingTunnel tunnel) {
      authorities.add(tunnel.authority());
      connections.add(tunnel.remote().getPort());
      Dial.to(target)
          .connect(tunnel.channel().eventLoop(), HeldInput.initializer())
          .addListener((Future<Channel> connected) -> {
            if (connected.isSuccess()) {
              tunnel.accept(Map.of());
              Relay.join(tunnel.channel(), connected.getNow(), _ -> {});
            } else {
              tunnel.refuse(503, "CONNECT");
            }
          });
    }
  }

  /// Starts one as `account`, at this address and port of the test's network.
  Relaying relay(String account, int at, int port, InetSocketAddress target) {
    var relaying = new Relaying(target);
    var transport = Transport.start(1);
    var tls = MeshTls.server(certificate(account), Set.of(new TrustDomain("cluster.local")));
    var bound =
        HboneServer.bind(
            transport,
            new InetSocketAddress(InetAddress.ofLiteral(ip(at)), port),
            () -> tls,
            relaying::accept,
            HboneSettings.defaults());
    if (!(bound instanceof HboneServer.Bound.Listening(var server))) {
      throw new AssertionError(bound);
    }
    running.add(() -> {
      server.close();
      transport.close();
    });
    return relaying;
  }

  @Override
  public void close() {
    running.forEach(Runnable::run);
  }
}
