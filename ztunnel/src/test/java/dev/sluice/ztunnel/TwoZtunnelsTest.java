package dev.sluice.ztunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.PeerAuthentication;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.runtime.bundle.TestBundles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwoZtunnelsTest {

  @TempDir Path dir;

  private TestMesh mesh;

  @BeforeEach
  void lay() throws IOException {
    mesh = new TestMesh(dir);
  }

  @AfterEach
  void clear() throws IOException {
    mesh.close();
  }

  private static AuthorizationPolicy policy(
      String name, Scope scope, Action action, String... accounts) {
    var rules =
        Stream.of(accounts)
            .map(account -> new StringMatch.Exact("cluster.local/ns/shop/sa/" + account))
            .map(match -> new AuthorizationPolicy.Rule(0, new Condition.Principal(match)))
            .toList();
    return new AuthorizationPolicy(
        new PolicyId("AuthorizationPolicy", "shop", name), scope, action, rules);
  }

  private void publish(long sequence, AuthorizationPolicy... policies) throws IOException {
    mesh.bundles.publish(sequence, TestBundles.ztunnel(List.of(policies), List.of()));
  }

  private void publishAllowing(long sequence, String... accounts) throws IOException {
    publish(sequence, policy("api", new Scope.InNamespace("shop"), Action.ALLOW, accounts));
  }

  private static String ask(Socket socket, String text) throws IOException {
    byte[] sent = text.getBytes(StandardCharsets.UTF_8);
    socket.getOutputStream().write(sent);
    byte[] back = socket.getInputStream().readNBytes(sent.length);
    return new String(back, StandardCharsets.UTF_8);
  }

  @FunctionalInterface
  private interface Dialling {
    Socket dial() throws IOException;
  }

  /// What comes back before the connection ends, in whatever way it ends.
  private static String askUntilClosed(Dialling dialling, String text) {
    try (Socket socket = dialling.dial()) {
      return ask(socket, text);
    } catch (IOException reset) {
      return "";
    }
  }

  private static boolean isClosed(Socket socket) {
    try {
      return ask(socket, "?").isEmpty();
    } catch (IOException reset) {
      return true;
    }
  }

  private Socket dialVip(TestMesh.Node clients, String workload) throws IOException {
    String address = workload.equals("web") ? mesh.web() : mesh.other();
    return TestMesh.dial(
        address, clients.listener("outbound", "shop/" + workload + "→" + TestMesh.VIP));
  }

  private static String get(InetSocketAddress server, String path) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:" + server.getPort() + path);
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  @Test
  void an_allowed_workload_reaches_the_application_and_another_does_not() throws Exception {
    publishAllowing(1, "web");
    var server = mesh.startServer();
    var clients = mesh.startClients();
    await().until(() -> server.proxy().readiness.isReady() && clients.proxy().readiness.isReady());

    try (var web = dialVip(clients, "web")) {
      assertThat(ask(web, "hello")).isEqualTo("hello");
    }
    assertThat(askUntilClosed(() -> dialVip(clients, "other"), "hello")).isEmpty();
    assertThat(mesh.echo.accepted()).isEqualTo(1);

    await()
        .untilAsserted(() ->
            assertThat(get(server.proxy().admin.stats(), "/metrics"))
                .contains(
                    "sluice_decisions_total{decision=\"allow\",layer=\"l4\","
                        + "policy=\"AuthorizationPolicy shop/api\"} 1.0")
                .contains(
                    "sluice_decisions_total{decision=\"deny\",layer=\"l4\","
                        + "policy=\"no_allow_matched\"} 1.0")
                .contains("sluice_connections_closed_total{reason=\"complete\"} 1.0")
                .contains("sluice_connections_closed_total{reason=\"refused\"} 1.0")
                .contains("source_principal=\"spiffe://cluster.local/ns/shop/sa/web\""));
  }

  @Test
  void a_client_that_says_all_at_once_and_ends_gets_its_answer() throws Exception {
    publishAllowing(1, "web");
    mesh.startServer();
    var clients = mesh.startClients();

    // The end arrives long before the tunnel is open.
    try (var web = dialVip(clients, "web")) {
      web.getOutputStream().write("question".getBytes(StandardCharsets.UTF_8));
      web.shutdownOutput();
      assertThat(web.getInputStream().readAllBytes()).asString().isEqualTo("question");
    }
  }

  @Test
  void a_dedicated_proxy_serves_its_one_workload() throws Exception {
    publishAllowing(1, "web");
    var server = mesh.startDedicatedServer();
    var clients = mesh.startClients();

    try (var web = dialVip(clients, "web")) {
      assertThat(ask(web, "hello")).isEqualTo("hello");
    }
    JsonNode dump = new ObjectMapper().readTree(get(server.proxy().admin.admin(), "/config_dump"));
    assertThat(dump.at("/listeners/hbone").properties()).hasSize(1);
  }

  @Test
  void a_pod_address_is_reached_by_hbone_too_and_an_unknown_one_is_not() throws IOException {
    publishAllowing(1, "web");
    mesh.startServer();
    var clients = mesh.startClients();

    var pod = clients.listener("outbound", "shop/web→" + mesh.api() + ":8080");
    try (var web = TestMesh.dial(mesh.web(), pod)) {
      assertThat(ask(web, "direct")).isEqualTo("direct");
    }
    var nowhere = clients.listener("outbound", "shop/web→127.0.0.1:9");
    assertThat(askUntilClosed(() -> TestMesh.dial(mesh.web(), nowhere), "x")).isEmpty();
  }

  @Test
  void many_bytes_arrive_whole_and_each_direction_ends_on_its_own() throws Exception {
    publishAllowing(1, "web");
    mesh.startServer();
    var clients = mesh.startClients();
    byte[] sent = new byte[8 << 20];
    new Random(7).nextBytes(sent);

    try (var web = dialVip(clients, "web")) {
      var writer =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  web.getOutputStream().write(sent);
                  web.shutdownOutput();
                } catch (IOException broken) {
                  throw new AssertionError(broken);
                }
              });
      byte[] back = web.getInputStream().readAllBytes();
      writer.join();
      assertThat(Arrays.equals(back, sent)).isTrue();
    }
  }

  @Test
  void a_new_bundle_cuts_what_it_forbids_and_nothing_else() throws Exception {
    publishAllowing(1, "web", "other");
    var server = mesh.startServer();
    var clients = mesh.startClients();

    try (var web = dialVip(clients, "web");
        var other = dialVip(clients, "other")) {
      assertThat(ask(web, "before")).isEqualTo("before");
      assertThat(ask(other, "before")).isEqualTo("before");

      publishAllowing(2, "web");

      await().until(() -> isClosed(other));
      assertThat(ask(web, "after")).isEqualTo("after");
      assertThat(get(server.proxy().admin.stats(), "/metrics"))
          .contains("sluice_connections_closed_total{reason=\"policy_change\"} 1.0");
    }
    assertThat(askUntilClosed(() -> dialVip(clients, "other"), "again")).isEmpty();
  }

  @Test
  void a_new_mesh_cuts_what_its_labels_forbid() throws IOException {
    publish(
        1,
        policy(
            "quarantine",
            new Scope.Selected("shop", Map.of("state", "quarantined")),
            Action.ALLOW,
            "nobody"));
    mesh.startServer();
    var clients = mesh.startClients();

    try (var web = dialVip(clients, "web")) {
      assertThat(ask(web, "before")).isEqualTo("before");
      mesh.relabel("{app: api, state: quarantined}");
      await().until(() -> isClosed(web));
    }
  }

  @Test
  void plaintext_is_served_until_mtls_is_strict() throws IOException {
    publish(1);
    mesh.startServer();
    var target = new InetSocketAddress(mesh.api(), 8080);

    try (var plain = TestMesh.dial(mesh.web(), target)) {
      assertThat(ask(plain, "plain")).isEqualTo("plain");

      mesh.bundles.publish(
          2,
          TestBundles.ztunnel(
              List.of(),
              List.of(
                  new PeerAuthentication(
                      new PolicyId("PeerAuthentication", "istio-system", "default"),
                      new Scope.Mesh(),
                      PeerAuthentication.Mode.STRICT,
                      Map.of()))));

      await().until(() -> isClosed(plain));
    }
    assertThat(askUntilClosed(() -> TestMesh.dial(mesh.web(), target), "plain")).isEmpty();
    try (var mtls = dialVip(mesh.startClients(), "web")) {
      assertThat(ask(mtls, "mtls")).isEqualTo("mtls");
    }
  }

  @Test
  void without_a_bundle_nothing_passes_until_one_comes() throws IOException {
    var server = mesh.startServer();
    var clients = mesh.startClients();
    await()
        .untilAsserted(
            () -> assertThat(server.proxy().readiness.pending()).containsExactly("bundle"));

    var target = new InetSocketAddress(mesh.api(), 8080);
    assertThat(askUntilClosed(() -> TestMesh.dial(mesh.web(), target), "plain")).isEmpty();
    assertThat(askUntilClosed(() -> dialVip(clients, "web"), "mtls")).isEmpty();

    publishAllowing(1, "web");
    await().until(() -> server.proxy().readiness.isReady() && clients.proxy().readiness.isReady());
    try (var web = dialVip(clients, "web")) {
      assertThat(ask(web, "hello")).isEqualTo("hello");
    }
  }

  @Test
  void an_application_that_is_down_is_a_failure_the_client_sees() throws IOException {
    publishAllowing(1, "web");
    mesh.startServer();
    var clients = mesh.startClients();
    mesh.echo.close();

    assertThat(askUntilClosed(() -> dialVip(clients, "web"), "hello")).isEmpty();
  }

  @Test
  void a_drain_lets_go_of_listeners_at_once_and_of_connections_at_the_deadline() throws Exception {
    publishAllowing(1, "web");
    var server = mesh.startServer();
    var clients = mesh.startClients();

    try (var web = dialVip(clients, "web")) {
      assertThat(ask(web, "before")).isEqualTo("before");
      var draining = Thread.ofVirtual().start(() -> run(server));
      await().until(() -> askUntilClosed(() -> dialVip(clients, "web"), "new").isEmpty());
      draining.join();
      await().until(() -> isClosed(web));
    }
  }

  private static void run(TestMesh.Node node) {
    try {
      node.drain().run();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void the_dump_shows_the_bundle_and_the_certificates_without_keys() throws Exception {
    publishAllowing(9, "web");
    var server = mesh.startServer();
    String text = get(server.proxy().admin.admin(), "/config_dump");
    JsonNode dump = new ObjectMapper().readTree(text);

    assertThat(dump.at("/bundle/sequence").asLong()).isEqualTo(9);
    assertThat(dump.at("/bundle/digest").asText()).startsWith("sha256:");
    assertThat(dump.at("/lastAttempt/result").asText()).isEqualTo("loaded");
    assertThat(dump.at("/policies/0/name").asText()).isEqualTo("AuthorizationPolicy shop/api");
    assertThat(dump.at("/certificates/0/identity").asText())
        .isEqualTo("spiffe://cluster.local/ns/shop/sa/api");
    assertThat(dump.at("/listeners/hbone/shop~1api").asText()).isEqualTo(mesh.api() + ":15008");
    assertThat(text).doesNotContain("PRIVATE").doesNotContain("\"key\"");
  }

  @Test
  void a_policy_on_trial_is_counted_and_denies_nobody() throws Exception {
    var trial = policy("trial", new Scope.InNamespace("shop"), Action.DENY, "web");
    mesh.bundles.publish(1, TestBundles.ztunnel(List.of(), List.of()).withShadow(List.of(trial)));
    var server = mesh.startServer();
    var clients = mesh.startClients();

    try (var web = dialVip(clients, "web");
        var other = dialVip(clients, "other")) {
      assertThat(ask(web, "hello")).isEqualTo("hello");
      assertThat(ask(other, "hello")).isEqualTo("hello");
      mesh.bundles.publish(2, TestBundles.ztunnel(List.of(), List.of()).withShadow(List.of(trial)));
      await().until(() -> sequence(server) == 2);
      assertThat(ask(web, "still")).isEqualTo("still");
    }
    assertThat(get(server.proxy().admin.stats(), "/metrics"))
        .contains(
            "sluice_shadow_decisions_total{decision=\"deny\",layer=\"l4\","
                + "policy=\"AuthorizationPolicy shop/trial\"} 1.0")
        .contains(
            "sluice_shadow_decisions_total{decision=\"allow\",layer=\"l4\","
                + "policy=\"AuthorizationPolicy shop/trial\"} 1.0");
  }

  private static long sequence(TestMesh.Node node) throws Exception {
    String dump = get(node.proxy().admin.admin(), "/config_dump");
    return new ObjectMapper().readTree(dump).at("/bundle/sequence").asLong();
  }
}
