package dev.sluice.ztunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.runtime.bundle.TestBundles;
import dev.sluice.runtime.hbone.ConnectHead;
import dev.sluice.runtime.hbone.HbonePool;
import dev.sluice.runtime.hbone.HboneSettings;
import dev.sluice.runtime.hbone.HboneTarget;
import dev.sluice.runtime.hbone.TunnelException;
import dev.sluice.runtime.hbone.TunnelFailure;
import dev.sluice.runtime.netty.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole connections along the routes that lead elsewhere than to one endpoint on this network.
class RoutesTest {

  @TempDir Path dir;

  private final EchoServer echo = server();
  private Nodes nodes;

  private static EchoServer server() {
    try {
      return new EchoServer();
    } catch (IOException noPort) {
      throw new AssertionError(noPort);
    }
  }

  @BeforeEach
  void lay() throws IOException {
    nodes = new Nodes(dir, List.of("web", "api", "gateway", "waypoint"));
  }

  @AfterEach
  void clear() throws IOException {
    nodes.close();
    echo.close();
  }

  private static String ask(Socket socket, String text) throws IOException {
    byte[] sent = text.getBytes(StandardCharsets.UTF_8);
    socket.getOutputStream().write(sent);
    return new String(socket.getInputStream().readNBytes(sent.length), StandardCharsets.UTF_8);
  }

  private Socket dial(TestMesh.Node node, String destination) throws IOException {
    return TestMesh.dial(
        nodes.ip(1), node.listener("outbound", "shop/web→" + nodes.text(destination)));
  }

  private String answer(TestMesh.Node node, String destination) throws IOException {
    return answer(nodes.ip(1), node.listener("outbound", "shop/web→" + nodes.text(destination)));
  }

  /// What comes back before the connection ends, in whatever way it ends.
  private static String answer(String from, InetSocketAddress to) {
    try (Socket socket = TestMesh.dial(from, to)) {
      return ask(socket, "hello");
    } catch (IOException reset) {
      return "";
    }
  }

  private static String metrics(TestMesh.Node node) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      int port = node.proxy().admin.stats().getPort();
      var uri = URI.create("http://127.0.0.1:" + port + "/metrics");
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  private InetSocketAddress at(int number, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(nodes.ip(number)), port);
  }

  private static String near(String identity) {
    return """
    workloads:
    - {uid: c1//Pod/shop/web, name: web, namespace: shop, serviceAccount: web, network: net1,
       workloadIps: [@1], protocol: HBONE, node: n1, services: {}}
    - {uid: c2//Pod/shop/api, name: api, namespace: shop, serviceAccount: api, network: net2,
       workloadIps: [], protocol: HBONE, node: n2, services: {shop/api.shop: {80: 8080}},
       networkGateway: {destination: net2/@50, hboneMtlsPort: 15009}}
    - {uid: c2//Pod/shop/gateway, name: gateway, namespace: shop, serviceAccount: gateway,
       network: net2, workloadIps: [@50], protocol: HBONE, services: {}}
    services:
    - {name: api, namespace: shop, hostname: api.shop, vips: [net1/10.96.0.10], ports: {80: 8080},
       subjectAltNames: ["spiffe://cluster.local/ns/shop/sa/%s"]}
    """
        .formatted(identity);
  }

  private static final String FAR =
      """
      workloads:
      - {uid: c2//Pod/shop/api, name: api, namespace: shop, serviceAccount: api, network: net2,
         workloadIps: [@3], protocol: HBONE, node: n2, clusterId: c2,
         services: {shop/api.shop: {80: 8080}}}
      services:
      - {name: api, namespace: shop, hostname: api.shop, vips: [net2/10.96.9.10],
         ports: {80: 8080}}
      """;

  private static final String VIP = "10.96.0.10:80";
  private static final String TO_VIP =
      "outbound: [{workload: shop/web, listen: \"@1:0\", destination: \"" + VIP + "\"}]\n";

  private void startFar() throws IOException {
    String capture =
        "inbound: [{workload: shop/api, listen: \"@3:8080\", port: 8080, app: \"127.0.0.1:%d\"}]\n"
            .formatted(echo.address().getPort());
    nodes.start("n2", FAR, capture, Map.of("NETWORK", "net2"));
  }

  private static AuthorizationPolicy onlyWeb() {
    var web = new StringMatch.Exact("cluster.local/ns/shop/sa/web");
    return new AuthorizationPolicy(
        new PolicyId("AuthorizationPolicy", "shop", "only-web"),
        new Scope.InNamespace("shop"),
        Action.ALLOW,
        List.of(new AuthorizationPolicy.Rule(0, new Condition.Principal(web))));
  }

  @Test
  void another_network_is_reached_by_a_tunnel_in_a_tunnel_to_its_gateway() throws Exception {
    // The far proxy judges who the inner tunnel proves, not the gateway.
    nodes.bundles.publish(2, TestBundles.ztunnel(List.of(onlyWeb()), List.of()));
    startFar();
    var gateway = nodes.relay("gateway", 50, 15_009, at(3, 15_008));
    var clients = nodes.start("n1", near("api"), TO_VIP, Map.of("NETWORK", "net1"));

    try (Socket first = dial(clients, VIP);
        Socket second = dial(clients, VIP)) {
      assertThat(ask(first, "one")).isEqualTo("one");
      assertThat(ask(second, "two")).isEqualTo("two");
      first.shutdownOutput();
      assertThat(first.getInputStream().readAllBytes()).isEmpty();
      assertThat(ask(second, "still")).isEqualTo("still");
    }
    assertThat(echo.accepted()).isEqualTo(2);
    // Each connection has an inner tunnel of its own, which the gateway may lead elsewhere.
    assertThat(gateway.authorities).containsExactly("api.shop:80", "api.shop:80");
  }

  @Test
  void whoever_is_behind_a_gateway_has_to_prove_an_identity_of_the_service() throws IOException {
    startFar();
    nodes.relay("gateway", 50, 15_009, at(3, 15_008));
    var clients = nodes.start("n1", near("other"), TO_VIP, Map.of("NETWORK", "net1"));

    assertThat(answer(clients, VIP)).isEmpty();
    assertThat(echo.accepted()).isZero();
  }

  @Test
  void a_gateway_that_leads_nowhere_is_a_failure_the_client_sees() throws IOException {
    nodes.relay("gateway", 50, 15_009, at(3, 15_008));
    var clients = nodes.start("n1", near("api"), TO_VIP, Map.of("NETWORK", "net1"));

    assertThat(answer(clients, VIP)).isEmpty();
  }

  @Test
  void an_endpoint_that_cannot_be_reached_is_left_for_another() throws Exception {
    String mesh =
        """
        workloads:
        - {name: web, namespace: shop, serviceAccount: web, workloadIps: [@1], protocol: HBONE,
           node: n1, services: {}}
        - {name: gone, namespace: shop, serviceAccount: api, workloadIps: [@9], protocol: HBONE,
           node: n9, capacity: 1000, services: {shop/api.shop: {}}}
        - {name: here, namespace: shop, serviceAccount: api, workloadIps: [@3], protocol: HBONE,
           node: n2, services: {shop/api.shop: {}}}
        services:
        - {name: api, namespace: shop, hostname: api.shop, vips: [/10.96.0.10], ports: {80: 8080}}
        """;
    String server =
        "inbound: [{workload: shop/here, listen: \"@3:8080\", port: 8080, app: \"127.0.0.1:%d\"}]\n"
            .formatted(echo.address().getPort());
    String direct =
        TO_VIP.replace("]\n", "")
            + ", {workload: shop/web, listen: \"@1:0\", destination: \"@9:8080\"}]\n";
    nodes.start("n2", mesh, server, Map.of());
    var clients = nodes.start("n1", mesh, direct, Map.of());

    for (int i = 0; i < 5; i++) {
      assertThat(answer(clients, VIP)).isEqualTo("hello");
    }
    assertThat(metrics(clients))
        .containsPattern("sluice_dials_elsewhere_total\\{response_flags=\"CONNECT\"\\} [1-5]")
        .doesNotContainPattern("sluice_connections_closed_total\\{reason=\"connect_failed\"");
    // Who dials one pod means that pod.
    assertThat(answer(clients, "@9:8080")).isEmpty();
  }

  private static final String BEHIND =
      """
      workloads:
      - {name: web, namespace: shop, serviceAccount: web, workloadIps: [@1], protocol: HBONE,
         node: n1, services: {}}
      - {name: api, namespace: shop, serviceAccount: api, workloadIps: [@3], protocol: HBONE,
         node: n2, services: {shop/api.shop: {}},
         waypoint: {destination: shop/waypoint.shop, hboneMtlsPort: 15008}}
      - {name: waypoint, namespace: shop, serviceAccount: waypoint, workloadIps: [@20],
         protocol: HBONE, node: n3, services: {shop/waypoint.shop: {}}}
      - {name: lame, namespace: shop, serviceAccount: waypoint, workloadIps: [@21], capacity: 1000,
         protocol: HBONE, node: n3, services: {shop/waypoint.shop: {}}}
      services:
      - {name: waypoint, namespace: shop, hostname: waypoint.shop, vips: [/10.96.0.20],
         ports: {15008: 15008}}
      - {name: api, namespace: shop, hostname: api.shop, vips: [/10.96.0.10], ports: {80: 8080},
         waypoint: {destination: shop/waypoint.shop, hboneMtlsPort: 15008}}
      """;

  @Test
  void a_waypoint_by_hostname_takes_what_is_for_its_service_and_its_workload() throws IOException {
    var waypoint = nodes.relay("waypoint", 20, 15_008, echo.address());
    String capture =
        TO_VIP.replace("]\n", "")
            + ", {workload: shop/web, listen: \"@1:0\", destination: \"@3:9999\"}]\n";
    var clients = nodes.start("n1", BEHIND, capture, Map.of());

    // The other replica is down, which is no reason to fail, let alone to go around.
    assertThat(answer(clients, VIP)).isEqualTo("hello");
    assertThat(answer(clients, "@3:9999")).isEqualTo("hello");
    assertThat(waypoint.authorities).containsExactly(VIP, nodes.text("@3:9999"));
  }

  @Test
  void without_its_waypoint_nothing_is_reached() throws IOException {
    var clients = nodes.start("n1", BEHIND, TO_VIP, Map.of());
    assertThat(answer(clients, VIP)).isEmpty();
    assertThat(echo.accepted()).isZero();
  }

  @Test
  void a_workload_that_is_not_known_yet_is_waited_for() throws Exception {
    String none = "workloads: []\nservices: []\n";
    var waypoint = nodes.relay("waypoint", 20, 15_008, echo.address());
    var clients = nodes.start("n1", none, TO_VIP, Map.of());

    try (Socket early = dial(clients, VIP)) {
      nodes.remesh("n1", BEHIND);
      assertThat(ask(early, "hello")).isEqualTo("hello");
    }
    await().until(() -> waypoint.authorities.size() == 1);
  }

  @Test
  void an_application_that_takes_for_others_is_told_who_comes_and_what_was_addressed()
      throws IOException {
    String mesh =
        """
        workloads:
        - {name: web, namespace: shop, serviceAccount: web, workloadIps: [@1], protocol: HBONE,
           node: n1, services: {}}
        - {name: sandwich, namespace: shop, serviceAccount: waypoint, workloadIps: [@3],
           protocol: HBONE, node: n2, services: {shop/waypoint.shop: {}},
           applicationTunnel: {protocol: PROXY, port: 15088}}
        services:
        - {name: waypoint, namespace: shop, hostname: waypoint.shop, vips: [/10.96.0.20],
           ports: {15008: 15008}}
        - {name: api, namespace: shop, hostname: api.shop, vips: [/10.96.0.10], ports: {80: 8080},
           waypoint: {destination: shop/waypoint.shop, hboneMtlsPort: 15008}}
        """;
    String server =
        ("inbound: [{workload: shop/sandwich, listen: \"@3:15088\", port: 15088,"
                + " app: \"127.0.0.1:%d\"}]\n")
            .formatted(echo.address().getPort());
    nodes.start("n2", mesh, server, Map.of());
    var clients = nodes.start("n1", mesh, TO_VIP, Map.of());

    try (Socket socket = dial(clients, VIP)) {
      socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      String back = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      // What the application got, which it sends back: the header, then the client's bytes.
      assertThat(back)
          .startsWith("\r\n\r\n\0\r\nQUIT\n!")
          .contains("spiffe://cluster.local/ns/shop/sa/web")
          .endsWith("hello");
      assertThat(back.substring(20, 24))
          .isEqualTo(new String(new byte[] {10, 96, 0, 10}, StandardCharsets.ISO_8859_1));
    }
  }

  @Test
  void an_authority_of_another_pod_is_turned_away_and_early() throws Exception {
    startFar();
    var pool = new HbonePool(HboneSettings.defaults());
    var transport = Transport.start(1);
    try {
      var target =
          new HboneTarget(
              at(3, 15_008),
              Set.of(SpiffeId.of("cluster.local", "shop", "api")),
              null,
              nodes.certificate("web"));
      assertThat(status(pool, transport, target, nodes.ip(4) + ":8080")).isEqualTo(400);
      assertThat(status(pool, transport, target, "10.96.9.10:80")).isEqualTo(400);
      assertThat(status(pool, transport, target, "nobody.shop:80")).isEqualTo(503);
      assertThat(status(pool, transport, target, nodes.ip(3) + ":15006")).isEqualTo(503);
      assertThat(echo.accepted()).isZero();
    } finally {
      pool.close();
      transport.close();
    }
  }

  private static int status(
      HbonePool pool, Transport transport, HboneTarget target, String authority)
      throws InterruptedException {
    var opened = pool.open(target, ConnectHead.of(authority), transport.loops().next()).await();
    return opened.cause() instanceof TunnelException refused
            && refused.failure() instanceof TunnelFailure.Refused(int status)
        ? status
        : 0;
  }

  private static final String ONE_NODE =
      """
      workloads:
      - {name: web, namespace: shop, serviceAccount: web, workloadIps: [@1], protocol: HBONE,
         node: n1, services: {}}
      - {name: api, namespace: shop, serviceAccount: api, workloadIps: [@3], protocol: HBONE,
         node: n1, services: {shop/api.shop: {80: 8080}}}
      - {name: other, namespace: shop, serviceAccount: gateway, workloadIps: [@4],
         protocol: HBONE, node: n1, services: {}}
      services:
      - {name: api, namespace: shop, hostname: api.shop, vips: [/10.96.0.10], ports: {80: 8080}}
      """;

  @Test
  void on_the_same_node_a_connection_is_handed_over_judged_and_counted_at_both_ends()
      throws Exception {
    nodes.bundles.publish(2, TestBundles.ztunnel(List.of(onlyWeb()), List.of()));
    String capture =
        """
        outbound:
        - {workload: shop/web, listen: "@1:0", destination: "10.96.0.10:80"}
        - {workload: shop/other, listen: "@4:0", destination: "10.96.0.10:80"}
        inbound: [{workload: shop/api, listen: "@3:8080", port: 8080, app: "127.0.0.1:%d"}]
        """
            .formatted(echo.address().getPort());
    var node = nodes.start("n1", ONE_NODE, capture, Map.of("SLUICE_SAME_NODE", "direct"));
    // Without a certificate yet, a connection would wait for it and take a tunnel.
    await().until(node.proxy().readiness::isReady);

    try (Socket web = dial(node, VIP)) {
      assertThat(ask(web, "hello")).isEqualTo("hello");
      web.shutdownOutput();
      assertThat(web.getInputStream().readAllBytes()).isEmpty();
    }
    assertThat(answer(nodes.ip(4), node.listener("outbound", "shop/other→" + VIP))).isEmpty();
    assertThat(echo.accepted()).isEqualTo(1);
    await()
        .untilAsserted(() ->
            assertThat(metrics(node))
                .containsPattern("istio_tcp_connections_closed_total\\{[^}]*reporter=\"source\"")
                .containsPattern(
                    "istio_tcp_connections_closed_total\\{[^}]*reporter=\"destination\"")
                .contains("sluice_connections_closed_total{reason=\"refused\"} 1.0")
                // No tunnel was there to be accepted.
                .doesNotContainPattern("tcp_sockets_open\\{reporter=\"destination\"\\} [1-9]"));
  }
}
