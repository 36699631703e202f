package dev.sluice.ztunnel;

import static dev.sluice.runtime.discovery.wire.Messages.pod;
import static dev.sluice.runtime.discovery.wire.Messages.port;
import static dev.sluice.runtime.discovery.wire.Messages.resource;
import static dev.sluice.runtime.discovery.wire.Messages.service;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.runtime.bundle.TestBundles;
import dev.sluice.runtime.discovery.wire.FakeDiscovery;
import dev.sluice.runtime.identity.wire.FakeAuthority;
import dev.sluice.runtime.process.Drain;
import dev.sluice.runtime.process.Environment;
import dev.sluice.runtime.telemetry.Logs;
import dev.sluice.runtime.wire.GrpcServer;
import dev.sluice.runtime.wire.ServerCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/// Two nodes whose ztunnels have the mesh and their certificates from a control plane: `web` on the
/// first, `api` on the second, on loopback addresses of their own.
final class ControlledMesh implements AutoCloseable {

  static final String TOKEN = "t0ken-of-the-node";

  private static final String VIP = "10.96.0.10";
  private static final Logs LOGS = Logs.start(Logs.Format.PLAIN, "error");

  final FakeDiscovery discovery = new FakeDiscovery();
  final FakeAuthority authority;
  final GrpcServer controlPlane;
  final TestBundles bundles;
  final EchoServer echo = new EchoServer();
  private final ServerCertificate own = ServerCertificate.of("127.0.0.1");
  private final Path home;
  private final String net;
  private final List<Ztunnel> running = new ArrayList<>();

  ControlledMesh(Path home) throws IOException {
    this.home = home;
    var random = ThreadLocalRandom.current();
    net = "127." + random.nextInt(2, 250) + "." + random.nextInt(1, 250) + ".";
    bundles = TestBundles.in(home.resolve("trust"));
    authority = new FakeAuthority(home.resolve("ca"));
    controlPlane = new GrpcServer(own, discovery.service(), authority.service());
    discovery.put(
        resource(pod("shop", "web", net + "1", "n1").build()),
        resource(
            pod("shop", "api", net + "3", "n2")
                .putServices("shop/api.shop", port(80, 8080))
                .build()),
        resource(service("shop", "api", VIP, 80, 8080).build()));
  }

  /// Another directory for an authority of the same mesh.
  Path authorityHome(String name) {
    return home.resolve(name);
  }

  /// The file with revocation lists; not there at first.
  Path revocations() {
    return home.resolve("crl.pem");
  }

  Ztunnel startClients() throws IOException {
    return start(
        "n1",
        """
        outbound:
        - {workload: shop/web, listen: "%s1:0", destination: "%s:80"}
        """
            .formatted(net, VIP));
  }

  Ztunnel startServer() throws IOException {
    return start(
        "n2",
        """
        inbound:
        - {workload: shop/api, listen: "%s3:8080", port: 8080, app: "127.0.0.1:%d"}
        """
            .formatted(net, echo.address().getPort()));
  }

  private Ztunnel start(String name, String capture) throws IOException {
    Path file = Files.writeString(home.resolve(name + "-capture.yaml"), capture);
    Map<String, String> variables = new HashMap<>();
    variables.put("XDS_ADDRESS", "https://127.0.0.1:" + controlPlane.port());
    variables.put("XDS_ROOT_CA", own.pem());
    variables.put("CA_ADDRESS", "https://127.0.0.1:" + controlPlane.port());
    variables.put("CA_ROOT_CA", own.pem());
    variables.put("AUTH_TOKEN", TOKEN);
    variables.put("CRL_PATH", revocations().toString());
    variables.put("SLUICE_BUNDLE_DIR", bundles.directory().toString());
    variables.put("SLUICE_TRUST_ROOT", bundles.rootFile().toString());
    variables.put("SLUICE_STATE_DIR", home.resolve(name + "-state").toString());
    variables.put("NODE_NAME", name);
    variables.put("ADMIN_ADDRESS", "127.0.0.1:0");
    variables.put("STATS_ADDRESS", "127.0.0.1:0");
    variables.put("READINESS_ADDRESS", "127.0.0.1:0");
    variables.put("SLUICE_PORTS_FILE", home.resolve(name + "-ports.json").toString());
    variables.put("CONNECTION_TERMINATION_DEADLINE", "500ms");
    variables.put("ZTUNNEL_WORKER_THREADS", "2");
    variables.put("SLUICE_CAPTURE_PATH", file.toString());
    // Every connection that comes while another is open needs a handshake of its own.
    variables.put("POOL_MAX_STREAMS_PER_CONNECTION", "1");
    variables.put("POOL_UNUSED_RELEASE_TIMEOUT", "1ms");
    var environment = Environment.of(variables);
    var settings = ZtunnelSettings.read(environment);
    if (!environment.problems().isEmpty()) {
      throw new AssertionError(environment.problems());
    }
    var proxy = new Ztunnel(settings, new Drain(settings.common().drainDeadline()), LOGS);
    running.add(proxy);
    return proxy;
  }

  /// A connection of `web` to the Service of `api`, through both ztunnels.
  Socket dial() throws IOException {
    String listener =
        new ObjectMapper()
            .readTree(home.resolve("n1-ports.json").toFile())
            .path("outbound")
            .path("shop/web→" + VIP + ":80")
            .asText();
    return dial(Environment.parseAddress(listener).orElseThrow());
  }

  private Socket dial(InetSocketAddress listener) throws IOException {
    var socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral(net + "1"), 0));
    socket.setSoTimeout(10_000);
    socket.connect(listener, 10_000);
    return socket;
  }

  @Override
  public void close() throws IOException {
    running.forEach(Ztunnel::close);
    controlPlane.close();
    echo.close();
  }
}
