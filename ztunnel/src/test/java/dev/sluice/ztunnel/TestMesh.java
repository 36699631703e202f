package dev.sluice.ztunnel;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.controlplane.ca.CertificateAuthority;
import dev.sluice.controlplane.ca.WorkloadFiles;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.runtime.bundle.TestBundles;
import dev.sluice.runtime.process.Drain;
import dev.sluice.runtime.process.Environment;
import dev.sluice.runtime.telemetry.Logs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/// Two nodes with a ztunnel each: `web` and `other` on the first, `api` on the second, on loopback
/// addresses of their own.
final class TestMesh implements AutoCloseable {

  static final String VIP = "10.96.0.10:80";

  private static final Logs LOGS = Logs.start(Logs.Format.PLAIN, "error");

  final TestBundles bundles;
  final EchoServer echo = new EchoServer();
  private final Path home;
  private final String net;
  private final List<Ztunnel> running = new ArrayList<>();
  private String labels = "{app: api}";

  TestMesh(Path home) throws IOException {
    this.home = home;
    var random = ThreadLocalRandom.current();
    net = "127." + random.nextInt(2, 250) + "." + random.nextInt(1, 250) + ".";
    bundles = TestBundles.in(home.resolve("trust"));
    writeCertificates();
    writeMesh();
  }

  private void writeCertificates() {
    var opened =
        CertificateAuthority.open(
            home.resolve("ca"), new TrustDomain("cluster.local"), InstantSource.system());
    if (!(opened instanceof CertificateAuthority.Opened.Ready(var authority))) {
      throw new AssertionError(opened);
    }
    var files = new WorkloadFiles(home.resolve("certificates"));
    for (String account : List.of("web", "other", "api")) {
      var enrolled =
          files.enrol(
              authority, SpiffeId.of("cluster.local", "shop", account), Duration.ofHours(1));
      if (!(enrolled instanceof WorkloadFiles.Enrolled.Written)) {
        throw new AssertionError(enrolled);
      }
    }
  }

  String web() {
    return net + "1";
  }

  String other() {
    return net + "2";
  }

  String api() {
    return net + "3";
  }

  /// Gives the pods of `api` other labels.
  void relabel(String yaml) throws IOException {
    labels = yaml;
    writeMesh();
  }

  private void writeMesh() throws IOException {
    String yaml =
        """
        workloads:
        - {name: web, namespace: shop, serviceAccount: web, workloadIps: [%s], protocol: HBONE,
           node: n1, services: {}}
        - {name: other, namespace: shop, serviceAccount: other, workloadIps: [%s],
           protocol: HBONE, node: n1, services: {}}
        - {name: api, namespace: shop, serviceAccount: api, workloadIps: [%s], protocol: HBONE,
           node: n2, labels: %s, services: {shop/api.shop: {80: 8080}}}
        services:
        - {name: api, namespace: shop, hostname: api.shop, vips: [/10.96.0.10], ports: {80: 8080}}
        """
            .formatted(web(), other(), api(), labels);
    Path aside = Files.writeString(home.resolve("mesh.new"), yaml);
    Files.move(aside, home.resolve("mesh.yaml"), StandardCopyOption.REPLACE_EXISTING);
  }

  /// A ztunnel and what a test asks it.
  record Node(Ztunnel proxy, Drain drain, Path ports) {
    InetSocketAddress listener(String group, String name) throws IOException {
      String text =
          new ObjectMapper().readTree(Files.readAllBytes(ports)).path(group).path(name).asText();
      return Environment.parseAddress(text)
          .orElseThrow(() -> new AssertionError("no listener " + group + " " + name));
    }
  }

  Node startClients() throws IOException {
    return start("n1", clientCapture());
  }

  private String clientCapture() {
    return """
    outbound:
    - {workload: shop/web, listen: "%1$s:0", destination: "%4$s"}
    - {workload: shop/other, listen: "%2$s:0", destination: "%4$s"}
    - {workload: shop/web, listen: "%1$s:0", destination: "%3$s:8080"}
    - {workload: shop/web, listen: "%1$s:0", destination: "127.0.0.1:9"}
    """
        .formatted(web(), other(), api(), VIP);
  }

  Node startServer() throws IOException {
    return start("n2", serverCapture());
  }

  /// The clients' ztunnel with room for so few connections.
  Node startClients(int connections) throws IOException {
    var variables = environment("n1", clientCapture());
    variables.put("SLUICE_MAX_CONNECTIONS", Integer.toString(connections));
    return start(variables, ports("n1"));
  }

  /// The server's ztunnel in dedicated mode: for the one workload `api`.
  Node startDedicatedServer() throws IOException {
    var variables = environment("n2", serverCapture());
    variables.remove("NODE_NAME");
    variables.put("PROXY_MODE", "dedicated");
    variables.put("PROXY_WORKLOAD_INFO", "shop/api/api");
    return start(variables, ports("n2"));
  }

  private String serverCapture() {
    return """
    inbound:
    - {workload: shop/api, listen: "%s:8080", port: 8080, app: "127.0.0.1:%d"}
    """
        .formatted(api(), echo.address().getPort());
  }

  /// The environment of the server's ztunnel, to run it as a process.
  Map<String, String> serverEnvironment() throws IOException {
    return environment("n2", serverCapture());
  }

  Path ports(String node) {
    return home.resolve(node + "-ports.json");
  }

  private Map<String, String> environment(String name, String capture) throws IOException {
    Path file = Files.writeString(home.resolve(name + "-capture.yaml"), capture);
    var variables = new HashMap<String, String>();
    variables.put("SLUICE_BUNDLE_DIR", bundles.directory().toString());
    variables.put("SLUICE_TRUST_ROOT", bundles.rootFile().toString());
    variables.put("SLUICE_STATE_DIR", home.resolve(name + "-state").toString());
    variables.put("LOCAL_XDS_PATH", home.resolve("mesh.yaml").toString());
    variables.put("SLUICE_CERTIFICATES_DIR", home.resolve("certificates").toString());
    variables.put("NODE_NAME", name);
    variables.put("ADMIN_ADDRESS", "127.0.0.1:0");
    variables.put("STATS_ADDRESS", "127.0.0.1:0");
    variables.put("READINESS_ADDRESS", "127.0.0.1:0");
    variables.put("SLUICE_PORTS_FILE", ports(name).toString());
    variables.put("CONNECTION_TERMINATION_DEADLINE", "500ms");
    variables.put("ZTUNNEL_WORKER_THREADS", "2");
    variables.put("SLUICE_CAPTURE_PATH", file.toString());
    return variables;
  }

  private Node start(String name, String capture) throws IOException {
    return start(environment(name, capture), ports(name));
  }

  private Node start(Map<String, String> variables, Path ports) throws IOException {
    var environment = Environment.of(variables);
    var settings = ZtunnelSettings.read(environment);
    if (!environment.problems().isEmpty()) {
      throw new AssertionError(environment.problems());
    }
    var drain = new Drain(settings.common().drainDeadline());
    var proxy = new Ztunnel(settings, drain, LOGS);
    running.add(proxy);
    return new Node(proxy, drain, ports);
  }

  /// A connection from `source` to `target` with a limit on every read.
  static Socket dial(String source, InetSocketAddress target) throws IOException {
    var socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral(source), 0));
    socket.setSoTimeout(10_000);
    socket.connect(target, 10_000);
    return socket;
  }

  @Override
  public void close() throws IOException {
    running.forEach(Ztunnel::close);
    echo.close();
  }
}
