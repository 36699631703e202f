package dev.sluice.waypoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.engine.identity.SpiffeId;
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
import dev.sluice.runtime.bundle.TestBundles;
import dev.sluice.runtime.hbone.ConnectHead;
import dev.sluice.runtime.hbone.HbonePool;
import dev.sluice.runtime.hbone.HboneServer;
import dev.sluice.runtime.hbone.HboneSettings;
import dev.sluice.runtime.hbone.HboneTarget;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.runtime.process.Drain;
import dev.sluice.runtime.process.Environment;
import dev.sluice.runtime.process.PortsFile;
import dev.sluice.runtime.telemetry.Logs;
import dev.sluice.runtime.tls.MeshTls;
import dev.sluice.waypoint.server.EchoApp;
import dev.sluice.waypoint.server.TestAuthority;
import dev.sluice.waypoint.server.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WaypointTest {

  private static final Logs LOGS = Logs.start(Logs.Format.PLAIN, "error");
  private static final SpiffeId WEB = SpiffeId.of("cluster.local", "shop", "web");
  private static final SpiffeId API = SpiffeId.of("cluster.local", "shop", "api");
  private static final SpiffeId SELF = SpiffeId.of("cluster.local", "shop", "gate");

  @TempDir Path home;

  private final TestAuthority authority = new TestAuthority();
  private final Transport transport = Transport.start(1);
  private final HbonePool clients = new HbonePool(HboneSettings.defaults());
  private final String net =
      "127."
          + ThreadLocalRandom.current().nextInt(2, 250)
          + "."
          + ThreadLocalRandom.current().nextInt(1, 250);
  private final Drain drain = new Drain(Duration.ofSeconds(2));
  private TestBundles bundles;
  private HboneServer app;
  private Waypoint waypoint;

  @BeforeEach
  void start() throws IOException {
    bundles = TestBundles.in(home.resolve("trust"));
    authority.certificate(SELF);
    app = app();
    Files.writeString(home.resolve("mesh.yaml"), mesh());
    var environment = Environment.of(variables());
    var settings = WaypointSettings.read(environment);
    assertThat(environment.problems()).isEmpty();
    waypoint = new Waypoint(settings, drain, LOGS);
  }

  @AfterEach
  void end() {
    waypoint.close();
    clients.close();
    app.close();
    transport.close();
  }

  private HboneServer app() throws IOException {
    var tls = MeshTls.server(authority.certificate(API), Set.of(TestAuthority.DOMAIN));
    var echo = new EchoApp("api");
    var bound =
        HboneServer.bind(
            transport,
            new InetSocketAddress(InetAddress.ofLiteral(net + ".11"), 0),
            () -> tls,
            tunnel -> {
              tunnel.accept(Map.of());
              echo.serve(tunnel.channel());
            },
            HboneSettings.defaults());
    return ((HboneServer.Bound.Listening) bound).server();
  }

  private String mesh() {
    return """
    workloads:
    - {name: web, namespace: shop, serviceAccount: web, workloadIps: [%1$s.5], protocol: HBONE,
       services: {}}
    - {name: api, namespace: shop, serviceAccount: api, workloadIps: [%1$s.11], protocol: HBONE,
       services: {shop/api.shop: {80: 8080}}}
    - {name: gate, namespace: shop, serviceAccount: gate, workloadIps: [%1$s.30],
       protocol: HBONE, services: {}, uid: gate-0}
    services:
    - {name: api, namespace: shop, hostname: api.shop, vips: [/10.96.0.10], ports: {80: 8080},
       appProtocols: {80: http}, waypoint: {destination: /%1$s.30, hboneMtlsPort: 15008}}
    waypoints:
    - {namespace: shop, name: entry, trustDomain: cluster.local, serviceAccount: gate,
       workload: gate-0}
    """
        .formatted(net);
  }

  private Map<String, String> variables() {
    var variables = new HashMap<String, String>();
    variables.put("SLUICE_WAYPOINT", "shop/entry");
    variables.put("SLUICE_INBOUND_ADDRESS", net + ".30:0");
    variables.put("SLUICE_HBONE_PORT", String.valueOf(app.address().getPort()));
    variables.put("SLUICE_BUNDLE_DIR", bundles.directory().toString());
    variables.put("SLUICE_TRUST_ROOT", bundles.rootFile().toString());
    variables.put("SLUICE_STATE_DIR", home.resolve("state").toString());
    variables.put("LOCAL_XDS_PATH", home.resolve("mesh.yaml").toString());
    variables.put("SLUICE_CERTIFICATES_DIR", authority.files().toString());
    variables.put("SLUICE_PORTS_FILE", home.resolve("ports.json").toString());
    for (String address : List.of("ADMIN_ADDRESS", "STATS_ADDRESS", "READINESS_ADDRESS")) {
      variables.put(address, "127.0.0.1:0");
    }
    return variables;
  }

  private static PolicyShard shard(String deniedPath) {
    var denied =
        new AuthorizationPolicy(
            new PolicyId("AuthorizationPolicy", "shop", "denied"),
            new Scope.Addressed(List.of(new Scope.Target.Waypoint("shop", "entry"))),
            AuthorizationPolicy.Action.DENY,
            List.of(
                new AuthorizationPolicy.Rule(
                    0, new Condition.Path(new StringMatch.Prefix(deniedPath)))));
    return new PolicyShard(
        new EnforcementPoint.Waypoint("shop", "entry"),
        new MeshFacts(TestAuthority.DOMAIN, List.of(), PathNormalization.MERGE_SLASHES),
        List.of(denied),
        List.of(),
        List.of(),
        List.of(),
        List.of(new WaypointBinding("shop", "api", "shop", "entry")),
        List.of());
  }

  private void publish(long sequence, PolicyShard own) throws IOException {
    bundles.publish(sequence, TestBundles.ztunnel(List.of(), List.of()), own);
  }

  private Wire.Reply ask(String path) throws Exception {
    JsonNode ports = new ObjectMapper().readTree(Files.readAllBytes(home.resolve("ports.json")));
    var address =
        Environment.parseAddress(ports.path("hbone").path("shop/entry").asText()).orElseThrow();
    var target =
        new HboneTarget(
            address, Set.of(SELF), InetAddress.ofLiteral(net + ".5"), authority.certificate(WEB));
    var opening = clients.open(target, ConnectHead.of("10.96.0.10:80"), transport.loops().next());
    assertThat(opening.await(20, TimeUnit.SECONDS)).isTrue();
    return new Wire(opening.get()).ask("GET", path);
  }

  private String get(InetSocketAddress at, String path) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var uri = URI.create("http://" + PortsFile.text(at) + path);
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Test
  void it_is_ready_with_a_bundle_and_enforces_the_next_one_at_once() throws Exception {
    assertThat(get(waypoint.admin().readiness(), "/healthz/ready")).contains("bundle");
    publish(1, shard("/admin"));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get(waypoint.admin().readiness(), "/healthz/ready").startsWith("ready"));
    assertThat(ask("/admin").status()).isEqualTo(403);
    assertThat(ask("/orders").status()).isEqualTo(200);
    assertThat(ask("/orders").seen("x-forwarded-client-cert"))
        .isEqualTo("By=" + SELF.uri() + ";URI=" + WEB.uri());

    publish(2, shard("/orders"));
    await().atMost(Duration.ofSeconds(20)).until(() -> ask("/orders").status() == 403);
    assertThat(ask("/admin").status()).isEqualTo(200);
  }

  @Test
  void it_tells_what_it_enforces() throws Exception {
    publish(1, shard("/admin"));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get(waypoint.admin().readiness(), "/healthz/ready").startsWith("ready"));
    ask("/admin");

    assertThat(get(waypoint.admin().admin(), "/config_dump"))
        .contains("\"shop/api\"", "AuthorizationPolicy shop/denied", SELF.uri());
    assertThat(get(waypoint.admin().stats(), "/metrics"))
        .contains("istio_requests_total{", "destination_service=\"api.shop\"")
        .contains("layer=\"waypoint\"");
  }

  @Test
  void a_drain_ends_it_when_nothing_is_open() throws Exception {
    publish(1, shard("/admin"));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get(waypoint.admin().readiness(), "/healthz/ready").startsWith("ready"));
    ask("/orders");

    assertThat(drain.run()).isZero();
  }

  @Test
  void settings_that_cannot_be_used_are_all_named() {
    var environment = Environment.of(Map.of("SLUICE_WAYPOINT", "shop", "SLUICE_HBONE_PORT", "x"));
    WaypointSettings.read(environment);

    assertThat(environment.problems())
        .contains(
            "invalid SLUICE_WAYPOINT=`shop`: expected `namespace/name`",
            "SLUICE_BUNDLE_DIR is required")
        .anyMatch(problem -> problem.contains("SLUICE_HBONE_PORT"));
  }
}
