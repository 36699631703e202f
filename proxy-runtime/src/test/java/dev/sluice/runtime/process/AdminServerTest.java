package dev.sluice.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.runtime.telemetry.Logs;
import dev.sluice.runtime.telemetry.MeshMetrics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {

  private final Readiness readiness = new Readiness();
  private final Drain drain = new Drain(Duration.ofSeconds(1));
  private final HttpClient client = HttpClient.newHttpClient();
  private final Logs logs = Logs.start(Logs.Format.PLAIN, "error");
  private final Transport transport = Transport.start(2);
  private AdminServer server;

  @BeforeEach
  void start() throws Exception {
    var free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server =
        AdminServer.start(
            new Settings.Addresses(free, free, free),
            new AdminServer.Sources(
                () -> Map.of("bundle", Map.of("sequence", 7)),
                MeshMetrics.of("ztunnel", "1"),
                readiness,
                new Liveness(transport),
                drain,
                logs));
  }

  @AfterEach
  void stop() {
    server.close();
    transport.close();
    client.close();
  }

  private HttpResponse<String> call(
      String method, InetSocketAddress where, String path, String... headers) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + where.getPort() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void readiness_names_what_is_pending() throws Exception {
    readiness.await("bundle");
    readiness.await("mesh");
    var pending = call("GET", server.readiness(), "/healthz/ready");
    assertThat(pending.statusCode()).isEqualTo(500);
    assertThat(pending.body()).isEqualTo("not ready: bundle, mesh\n");

    readiness.fulfil("bundle");
    readiness.fulfil("mesh");
    assertThat(call("GET", server.readiness(), "/healthz/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void the_configuration_is_json_and_the_metrics_are_text() throws Exception {
    var dump = new ObjectMapper().readTree(call("GET", server.admin(), "/config_dump").body());
    assertThat(dump.at("/bundle/sequence").asInt()).isEqualTo(7);
    assertThat(call("GET", server.stats(), "/metrics").body()).contains("istio_build");
    assertThat(call("GET", server.stats(), "/stats/prometheus").body()).contains("istio_build");
    assertThat(call("GET", server.stats(), "/config_dump").statusCode()).isEqualTo(404);
  }

  @Test
  void the_drain_is_asked_for_by_post_and_not_by_a_browser() throws Exception {
    assertThat(call("GET", server.admin(), "/quitquitquit").statusCode()).isEqualTo(405);
    assertThat(call("POST", server.admin(), "/quitquitquit", "Origin", "https://evil").statusCode())
        .isEqualTo(403);
    assertThat(drain.isRequested()).isFalse();
    assertThat(call("POST", server.admin(), "/quitquitquit").statusCode()).isEqualTo(200);
    assertThat(drain.isRequested()).isTrue();
  }

  @Test
  void the_log_level_can_be_changed() throws Exception {
    assertThat(call("POST", server.admin(), "/logging?level=debug").body()).contains("DEBUG");
    assertThat(call("POST", server.admin(), "/logging?level=loud").statusCode()).isEqualTo(400);
    assertThat(call("POST", server.admin(), "/logging?reset").body()).contains("ERROR");
  }

  @Test
  void a_proxy_lives_while_its_event_loops_answer() throws Exception {
    assertThat(call("GET", server.readiness(), "/healthz/live").statusCode()).isEqualTo(200);

    var release = new CountDownLatch(1);
    transport.loops().next().execute(() -> awaitQuietly(release));
    var answer = call("GET", server.readiness(), "/healthz/live");
    release.countDown();

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("event loops do not answer: [");
    assertThat(call("GET", server.readiness(), "/healthz/live").statusCode()).isEqualTo(200);
  }

  private static void awaitQuietly(CountDownLatch release) {
    try {
      release.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
