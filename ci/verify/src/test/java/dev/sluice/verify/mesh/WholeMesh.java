package dev.sluice.verify.mesh;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.controlplane.ca.CertificateAuthority;
import dev.sluice.controlplane.ca.WorkloadFiles;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.runtime.process.Drain;
import dev.sluice.runtime.process.Environment;
import dev.sluice.runtime.telemetry.Logs;
import dev.sluice.waypoint.Waypoint;
import dev.sluice.waypoint.WaypointSettings;
import dev.sluice.ztunnel.Ztunnel;
import dev.sluice.ztunnel.ZtunnelSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/// Two ztunnels and a waypoint in this JVM, with plain servers behind them and policies from a
/// signed bundle.
final class WholeMesh implements AutoCloseable {

  private static final Logs LOGS = Logs.start(Logs.Format.PLAIN, "error");
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final List<String> PROXIES = List.of("n1", "n2", "waypoint");

  private final Path home;
  private final String network;
  private final Bundles bundles;
  private final List<String> inside;
  private final Map<Pod, HttpServer> servers = new EnumMap<>(Pod.class);
  private final List<Runnable> running = new ArrayList<>();

  private WholeMesh(Path home, List<String> inside) throws IOException {
    this.home = home;
    this.inside = inside;
    var random = ThreadLocalRandom.current();
    this.network = "127." + random.nextInt(16, 250) + "." + random.nextInt(1, 250) + ".";
    this.bundles = new Bundles(home);
    certificates();
    for (Pod pod : Pod.SERVERS) {
      servers.put(pod, server(pod));
    }
    Files.writeString(home.resolve("mesh.yaml"), Topology.meshFile(network));
  }

  /// Starts the mesh with these policies and waits until every proxy is ready.
  static WholeMesh start(Path home, String policies) throws IOException {
    return start(home, policies, PROXIES);
  }

  /// The same with only these proxies in this JVM; the others are left to the test.
  static WholeMesh start(Path home, String policies, List<String> inside) throws IOException {
    var mesh = new WholeMesh(home, inside);
    mesh.bundles.switchTo(mesh.bundles.build(policies, Bundles.Terms.current()));
    for (String proxy : inside) {
      if (proxy.equals("waypoint")) {
        mesh.startWaypoint();
      } else {
        mesh.startZtunnel(proxy);
      }
    }
    inside.forEach(proxy ->
        await()
            .atMost(PATIENCE)
            .until(() -> mesh.get(proxy, "readiness", "/healthz/ready") == 200));
    return mesh;
  }

  private void certificates() {
    var opened =
        CertificateAuthority.open(
            home.resolve("ca"), new TrustDomain("cluster.local"), InstantSource.system());
    if (!(opened instanceof CertificateAuthority.Opened.Ready(var authority))) {
      throw new AssertionError(opened);
    }
    var files = new WorkloadFiles(home.resolve("certificates"));
    for (Pod pod : Pod.values()) {
      var id = SpiffeId.of("cluster.local", pod.namespace(), pod.account());
      if (!(files.enrol(authority, id, Duration.ofHours(1))
          instanceof WorkloadFiles.Enrolled.Written)) {
        throw new AssertionError("no certificate for " + id);
      }
    }
  }

  /// Answers every request with the pod's name and what it was asked.
  private static HttpServer server(Pod pod) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          byte[] body =
              (pod.account() + " " + exchange.getRequestMethod() + " " + exchange.getRequestURI())
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private int appPort(Pod pod) {
    HttpServer server = servers.get(pod);
    return server == null ? 0 : server.getAddress().getPort();
  }

  Map<String, String> environment(String proxy) throws IOException {
    var variables = new HashMap<String, String>();
    variables.put("SLUICE_BUNDLE_DIR", bundles.directory().toString());
    variables.put("SLUICE_TRUST_ROOT", bundles.root().toString());
    variables.put("SLUICE_STATE_DIR", home.resolve(proxy + "-state").toString());
    variables.put("LOCAL_XDS_PATH", home.resolve("mesh.yaml").toString());
    variables.put("SLUICE_CERTIFICATES_DIR", home.resolve("certificates").toString());
    variables.put("NODE_NAME", proxy);
    variables.put("ADMIN_ADDRESS", "127.0.0.1:0");
    variables.put("STATS_ADDRESS", "127.0.0.1:0");
    variables.put("READINESS_ADDRESS", "127.0.0.1:0");
    variables.put("SLUICE_PORTS_FILE", home.resolve(proxy + "-ports.json").toString());
    variables.put("CONNECTION_TERMINATION_DEADLINE", "500ms");
    if (proxy.equals("waypoint")) {
      variables.put("SLUICE_WAYPOINT", "shop/waypoint");
      variables.put("SLUICE_INBOUND_ADDRESS", Pod.WAYPOINT.address(network) + ":15008");
    } else {
      Path capture =
          Files.writeString(
              home.resolve(proxy + "-capture.yaml"),
              Topology.capture(proxy, network, appPort(Pod.API), appPort(Pod.LEDGER)));
      variables.put("SLUICE_CAPTURE_PATH", capture.toString());
    }
    return variables;
  }

  private void startZtunnel(String node) throws IOException {
    var environment = Environment.of(environment(node));
    var settings = ZtunnelSettings.read(environment);
    check(environment);
    var ztunnel = new Ztunnel(settings, new Drain(settings.common().drainDeadline()), LOGS);
    running.add(ztunnel::close);
  }

  private void startWaypoint() throws IOException {
    var environment = Environment.of(environment("waypoint"));
    var settings = WaypointSettings.read(environment);
    check(environment);
    var waypoint = new Waypoint(settings, new Drain(settings.common().drainDeadline()), LOGS);
    running.add(waypoint::close);
  }

  private static void check(Environment environment) {
    if (!environment.problems().isEmpty()) {
      throw new AssertionError(environment.problems());
    }
  }

  Bundles bundles() {
    return bundles;
  }

  /// Builds the policies, makes them current and waits until every proxy in this JVM enforces them.
  void publish(String policies) throws IOException {
    Path bundle = bundles.build(policies, Bundles.Terms.current());
    long before = sequence("n1");
    bundles.switchTo(bundle);
    inside.forEach(proxy -> await().atMost(PATIENCE).until(() -> sequence(proxy) > before));
  }

  /// The proxies that run in this JVM.
  List<String> inside() {
    return inside;
  }

  long sequence(String proxy) {
    return dump(proxy).path("bundle").path("sequence").asLong(-1);
  }

  /// Waits until every proxy in this JVM has refused what is current, for this reason.
  void awaitRefusal(String reason) {
    for (String proxy : inside) {
      await()
          .atMost(PATIENCE)
          .until(() -> dump(proxy).path("lastAttempt").path("reason").asText(), reason::equals);
    }
  }

  JsonNode dump(String proxy) {
    try {
      return new ObjectMapper().readTree(fetch(proxy, "admin", "/config_dump").body());
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  int get(String proxy, String port, String path) {
    return Files.exists(home.resolve(proxy + "-ports.json"))
        ? fetch(proxy, port, path).statusCode()
        : 0;
  }

  private java.net.http.HttpResponse<String> fetch(String proxy, String port, String path) {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://" + ports(proxy).path(port).asText() + path))
              .build(),
          BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new AssertionError(proxy + " does not answer on " + port, failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError(stopped);
    }
  }

  private JsonNode ports(String proxy) throws IOException {
    return new ObjectMapper().readTree(home.resolve(proxy + "-ports.json").toFile());
  }

  /// A connection of a client to a server by its Service, through the client's ztunnel.
  Talk connect(Pod client, Pod server) throws IOException {
    return connect(client, server.vip() + ":80");
  }

  /// A connection of a client to a server's pod address, around any waypoint.
  Talk connectDirectly(Pod client, Pod server) throws IOException {
    return connect(client, server.address(network) + ":8080");
  }

  private Talk connect(Pod client, String destination) throws IOException {
    String listener = ports("n1").path("outbound").path(client.key() + "→" + destination).asText();
    InetSocketAddress address = Environment.parseAddress(listener).orElseThrow();
    return Talk.open(client.address(network), address);
  }

  /// A plaintext connection to a server's pod, from a client outside the mesh.
  Talk connectPlaintext(Pod server) throws IOException {
    return Talk.open(
        "127.0.0.1", new InetSocketAddress(InetAddress.ofLiteral(server.address(network)), 8080));
  }

  /// One request on a connection of its own; returns the status, 0 when it was cut.
  int ask(Pod client, Pod server, String method, String path, Map<String, String> headers)
      throws IOException {
    try (Talk talk = connect(client, server)) {
      return talk.ask(method, path, headers).status();
    }
  }

  String network() {
    return network;
  }

  @Override
  public void close() {
    running.forEach(Runnable::run);
    servers.values().forEach(server -> server.stop(0));
  }
}
