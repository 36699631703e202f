package dev.sluice.ztunnel;

import static dev.sluice.runtime.discovery.wire.Messages.pod;
import static dev.sluice.runtime.discovery.wire.Messages.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.runtime.bundle.TestBundles;
import dev.sluice.runtime.identity.wire.FakeAuthority;
import dev.sluice.runtime.tls.TestRevocations;
import dev.sluice.schemas.istio.security.Authorization;
import io.grpc.Status;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ControlledMeshTest {

  @TempDir Path dir;
  private ControlledMesh mesh;
  private @Nullable Ztunnel server;
  private @Nullable Ztunnel clients;
  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.sluice");
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();

  @BeforeEach
  void listen() {
    // Proxies log from many threads while a test reads.
    events.list = new CopyOnWriteArrayList<>();
    events.start();
    logger.addAppender(events);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(events);
    logger.setLevel(null);
  }

  /// Everything the proxies logged.
  private List<String> logged() {
    return List.copyOf(events.list).stream()
        .map(event ->
            event.getInstant()
                + " "
                + event.getLevel()
                + " "
                + event.getFormattedMessage()
                + " "
                + event.getKeyValuePairs())
        .toList();
  }

  @BeforeEach
  void lay() throws IOException {
    mesh = new ControlledMesh(dir);
    var allowed = new StringMatch.Exact("cluster.local/ns/shop/sa/web");
    var rule = new AuthorizationPolicy.Rule(0, new Condition.Principal(allowed));
    mesh.bundles.publish(
        1,
        TestBundles.ztunnel(
            List.of(
                new AuthorizationPolicy(
                    new PolicyId("AuthorizationPolicy", "shop", "api"),
                    new Scope.InNamespace("shop"),
                    Action.ALLOW,
                    List.of(rule))),
            List.of()));
  }

  @AfterEach
  void clear() throws IOException {
    mesh.close();
  }

  private void start() throws IOException {
    server = mesh.startServer();
    clients = mesh.startClients();
    await().until(() -> server().readiness.isReady() && clients().readiness.isReady());
  }

  private Ztunnel server() {
    return Objects.requireNonNull(server);
  }

  private Ztunnel clients() {
    return Objects.requireNonNull(clients);
  }

  private static String ask(Socket socket, String text) throws IOException {
    byte[] sent = text.getBytes(StandardCharsets.UTF_8);
    socket.getOutputStream().write(sent);
    return new String(socket.getInputStream().readNBytes(sent.length), StandardCharsets.UTF_8);
  }

  private String askAnew(String text) {
    try (var socket = mesh.dial()) {
      return ask(socket, text);
    } catch (IOException cut) {
      return "";
    }
  }

  private JsonNode dump(Ztunnel proxy) throws Exception {
    return new ObjectMapper().readTree(text(proxy));
  }

  private static String text(Ztunnel proxy) throws Exception {
    return get(proxy.admin.admin(), "/config_dump");
  }

  private static String get(InetSocketAddress from, String path) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:" + from.getPort() + path);
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  /// Speaks on one connection that stays and on new ones until `end`; what went wrong.
  private List<String> talk(Duration time) throws IOException {
    var failures = new ArrayList<String>();
    Instant end = Instant.now().plus(time);
    try (var lasting = mesh.dial()) {
      for (int i = 0; Instant.now().isBefore(end); i++) {
        if (!ask(lasting, "lasting " + i).equals("lasting " + i)) {
          failures.add("the lasting connection ended at " + i);
        }
        if (!askAnew("new " + i).equals("new " + i)) {
          failures.add(Instant.now() + " new connection " + i + " failed");
        }
      }
    }
    return failures;
  }

  @Test
  void certificates_rotate_every_second_under_traffic_and_no_connection_is_dropped()
      throws Exception {
    mesh.authority.issueFor(Duration.ofSeconds(2));
    start();

    assertThat(talk(Duration.ofSeconds(5))).isEmpty();
    assertThat(mesh.authority.requests()).hasSizeGreaterThan(6);
  }

  @Test
  void the_root_is_replaced_under_traffic_and_no_connection_is_dropped() throws Exception {
    mesh.authority.issueFor(Duration.ofSeconds(3));
    start();
    logger.setLevel(Level.INFO);
    Path before = mesh.authorityHome("ca");
    Path after = mesh.authorityHome("ca-2");
    String old = FakeAuthority.rootsOf(before);
    String fresh = FakeAuthority.rootsOf(after);
    var failures = new ArrayList<String>();

    try (var lasting = mesh.dial()) {
      // As authorities do it: the new root is announced, then signs, then the old one goes.
      mesh.authority.signWith(before, fresh);
      failures.addAll(talk(Duration.ofSeconds(4)));
      mesh.authority.signWith(after, old);
      failures.addAll(talk(Duration.ofSeconds(4)));
      mesh.authority.signWith(after);
      failures.addAll(talk(Duration.ofSeconds(4)));
      assertThat(ask(lasting, "still here")).isEqualTo("still here");
    }

    assertThat(failures).as(() -> String.join("\n", logged())).isEmpty();
    for (JsonNode certificate : dump(server()).path("certificates")) {
      assertThat(certificate.path("rootCerts")).hasSize(1);
    }
  }

  @Test
  void a_dead_control_plane_changes_nothing_for_traffic() throws Exception {
    start();
    try (var lasting = mesh.dial()) {
      assertThat(ask(lasting, "before")).isEqualTo("before");
      mesh.controlPlane.stop();

      assertThat(talk(Duration.ofSeconds(1))).isEmpty();
      assertThat(ask(lasting, "during")).isEqualTo("during");
      await().until(() -> dump(clients()).path("discovery").has("lastError"));
      assertThat(clients().readiness.isReady()).isTrue();

      mesh.controlPlane.startAgain();
      mesh.discovery.put(resource(pod("shop", "late", "10.9.9.9", "n9").build()));
      await().atMost(Duration.ofSeconds(30)).until(() -> text(clients()).contains("10.9.9.9"));
      assertThat(ask(lasting, "after")).isEqualTo("after");
    }
  }

  @Test
  void a_workload_without_certificate_waits_for_it_and_the_node_is_ready_meanwhile()
      throws Exception {
    mesh.authority.refuse(Status.PERMISSION_DENIED.withDescription("no such pod yet"));
    start();
    assertThat(askAnew("hello")).isEmpty();
    var certificate = dump(clients()).path("certificates").path(0);
    assertThat(certificate.path("state").asText()).isEqualTo("Unavailable");
    assertThat(certificate.path("lastError").asText())
        .isEqualTo("PERMISSION_DENIED: no such pod yet");

    mesh.authority.refuse(Status.OK);
    await().atMost(Duration.ofSeconds(20)).until(() -> askAnew("hello").equals("hello"));
  }

  @Test
  void a_revoked_workload_is_cut_off_and_said_to_be() throws Exception {
    start();
    try (var lasting = mesh.dial()) {
      assertThat(ask(lasting, "before")).isEqualTo("before");
      var serial =
          new BigInteger(
              dump(clients()).path("certificates").path(0).path("serialNumber").asText());
      TestRevocations.write(
          mesh.revocations(), TestRevocations.pem(mesh.authorityHome("ca"), serial));

      await().until(() -> isClosed(lasting));
      assertThat(askAnew("hello")).isEmpty();
      await()
          .untilAsserted(() ->
              assertThat(get(server().admin.stats(), "/metrics"))
                  .contains("response_flags=\"CERT_REVOKED\"")
                  .contains("istio_crl_policy_rejections_total{reporter=\"destination\"}")
                  .contains("sluice_connections_closed_total{reason=\"certificate_revoked\"}"));
    }
  }

  private static boolean isClosed(Socket socket) {
    try {
      return ask(socket, "?").isEmpty();
    } catch (IOException reset) {
      return true;
    }
  }

  @Test
  void a_discovered_policy_can_only_take_away() throws Exception {
    start();
    try (var lasting = mesh.dial()) {
      assertThat(ask(lasting, "allowed")).isEqualTo("allowed");
      var denyAll =
          Authorization.newBuilder()
              .setNamespace("shop")
              .setName("only-others")
              .setScope(dev.sluice.schemas.istio.security.Scope.NAMESPACE);
      mesh.discovery.put(resource(denyAll.build()));

      await().until(() -> askAnew("hello").isEmpty());
      mesh.discovery.remove("shop/only-others");
      await().until(() -> askAnew("hello").equals("hello"));
    }
  }

  @Test
  void keys_certificates_and_tokens_are_in_no_log_and_no_dump() throws Exception {
    logger.setLevel(Level.TRACE);
    mesh.authority.issueFor(Duration.ofSeconds(2));
    start();
    assertThat(talk(Duration.ofSeconds(2))).isEmpty();
    mesh.authority.refuse(Status.INTERNAL.withDescription("broken"));
    await().until(() -> text(server()).contains("broken"));

    String dump = text(server()) + text(clients());
    assertThat(dump).contains("serialNumber").doesNotContain(ControlledMesh.TOKEN, "BEGIN ");
    assertThat(dump).doesNotContain("\"key\"", "privateKey");
    assertThat(logged())
        .isNotEmpty()
        .noneMatch(line -> line.contains("BEGIN ") || line.contains(ControlledMesh.TOKEN));
  }
}
