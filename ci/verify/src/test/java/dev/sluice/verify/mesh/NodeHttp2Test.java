package dev.sluice.verify.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// HBONE against an implementation of TLS 1.3 and HTTP/2 that shares nothing with ours: Node's.
@Timeout(120)
class NodeHttp2Test {

  private static final String ONLY_WEB =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: ledger, namespace: pay}
      spec:
        selector: {matchLabels: {app: ledger}}
        rules:
        - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
      """;
  private static final String GET =
      "GET /a HTTP/1.1\\r\\nhost: l\\r\\nconnection: close\\r\\n\\r\\n";

  @TempDir Path dir;

  /// Says so loudly where Node is not installed; continuous integration installs it.
  private static boolean isHere() {
    var missing = NodeProgram.missing();
    missing.ifPresent(why ->
        System.err.println(
            "NOT TESTED: HBONE against Node's http2, because "
                + why
                + " (apt-get install nodejs)"));
    return missing.isEmpty();
  }

  private Path certificates(Pod pod) {
    return dir.resolve("certificates").resolve(pod.key());
  }

  private NodeProgram client(WholeMesh mesh, String certificates) throws IOException {
    return NodeProgram.start(
        "hbone-client.mjs", Pod.LEDGER.address(mesh.network()), "15008", certificates);
  }

  private NodeProgram server(WholeMesh mesh, Pod as, String status) throws IOException {
    var server =
        NodeProgram.start(
            "hbone-server.mjs",
            Pod.LEDGER.address(mesh.network()),
            "15008",
            certificates(as).toString(),
            status);
    server.await("listening");
    return server;
  }

  @Test
  void a_node_client_is_served_as_the_policy_and_the_protocol_say() throws IOException {
    if (!isHere()) {
      return;
    }
    try (var mesh = WholeMesh.start(dir, ONLY_WEB);
        var web = client(mesh, certificates(Pod.WEB).toString())) {
      assertMeshServer(web.await("connected"));

      String target = Pod.LEDGER.address(mesh.network());
      JsonNode answers =
          web.ask(
              "{\"authority\": \"%s:8080\", \"send\": \"%s\", \"times\": 40}"
                  .formatted(target, GET));
      assertThat(answers).hasSize(40);
      for (JsonNode answer : answers) {
        assertThat(answer.path("status").asInt()).isEqualTo(200);
        assertThat(answer.path("headers").path("baggage").asText()).contains("service.name=");
        assertThat(answer.path("body").asText()).startsWith("HTTP/1.1 200").endsWith("GET /a");
        assertThat(answer.path("reset").asInt()).isZero();
      }
      assertThat(status(web, "{\"authority\": \"%s:9\", \"send\": \"\"}".formatted(target)))
          .isEqualTo(503);
      assertThat(status(web, "{\"authority\": \"10.9.9.9:8080\"}")).isEqualTo(400);
      assertThat(status(web, "{\"authority\": \"no port\"}")).isEqualTo(400);
      assertThat(status(web, "{\"authority\": \"%s:8080\", \"method\": \"GET\"}".formatted(target)))
          .isEqualTo(400);
      assertThat(
              status(web, "{\"authority\": \"%s:8080\", \"send\": \"%s\"}".formatted(target, GET)))
          .as("the connection outlives refusals")
          .isEqualTo(200);
    }
  }

  private static void assertMeshServer(JsonNode connected) {
    assertThat(connected.path("protocol").asText()).isEqualTo("TLSv1.3");
    assertThat(connected.path("alpn").asText()).isEqualTo("h2");
    assertThat(connected.path("cipher").asText())
        .isIn("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256");
    assertThat(connected.path("names").asText())
        .contains("URI:spiffe://cluster.local/ns/pay/sa/ledger");
    JsonNode settings = connected.path("settings");
    assertThat(settings.path("maxConcurrentStreams").asInt()).isEqualTo(200);
    assertThat(settings.path("maxFrameSize").asInt()).isEqualTo(1 << 20);
  }

  private static int status(NodeProgram client, String task) throws IOException {
    return client.ask(task).path(0).path("status").asInt();
  }

  @Test
  void a_node_client_that_is_not_allowed_is_told_401_and_one_without_a_certificate_nothing()
      throws IOException {
    if (!isHere()) {
      return;
    }
    try (var mesh = WholeMesh.start(dir, ONLY_WEB);
        var other = client(mesh, certificates(Pod.OTHER).toString());
        var nobody = client(mesh, "-")) {
      other.await("connected");
      JsonNode answer =
          other
              .ask(
                  "{\"authority\": \"%s:8080\", \"send\": \"%s\"}"
                      .formatted(Pod.LEDGER.address(mesh.network()), GET))
              .path(0);
      assertThat(answer.path("status").asInt()).isEqualTo(401);
      assertThat(answer.path("body").asText()).isEmpty();

      assertThat(nobody.next().path("event").asText()).isEqualTo("failed");
    }
  }

  @Test
  void a_node_server_sees_what_upstream_would_send_and_gets_every_byte() throws IOException {
    if (!isHere()) {
      return;
    }
    try (var mesh = WholeMesh.start(dir, ONLY_WEB, List.of("n1"));
        var node = server(mesh, Pod.LEDGER, "200")) {
      String text;
      try (Talk talk = mesh.connect(Pod.WEB, Pod.LEDGER)) {
        text = talk.echo("bytes ".repeat(100_000));
      }
      assertThat(text).isEqualTo("bytes ".repeat(100_000));

      JsonNode connected = node.await("connected");
      assertThat(connected.path("protocol").asText()).isEqualTo("TLSv1.3");
      assertThat(connected.path("alpn").asText()).isEqualTo("h2");
      assertThat(connected.path("servername").asText()).isEmpty();
      assertThat(connected.path("settings").path("enablePush").asBoolean()).isFalse();
      JsonNode stream = node.await("stream");
      assertThat(stream.path("bytes").asInt()).isEqualTo(600_000);
      assertThat(stream.path("names").asText())
          .contains("URI:spiffe://cluster.local/ns/shop/sa/web");
      JsonNode headers = stream.path("headers");
      assertThat(headers.path(":method").asText()).isEqualTo("CONNECT");
      assertThat(headers.path(":authority").asText())
          .isEqualTo(Pod.LEDGER.address(mesh.network()) + ":8080");
      assertThat(headers.has(":scheme")).isFalse();
      assertThat(headers.has(":path")).isFalse();
      assertThat(headers.path("baggage").asText()).contains("k8s.namespace.name=shop");
      assertThat(headers.path("forwarded").asText()).startsWith("for=\"");
      assertThat(headers.path("traceparent").asText()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
    }
  }

  @Test
  void a_node_server_that_refuses_or_is_somebody_else_carries_nothing() throws IOException {
    if (!isHere()) {
      return;
    }
    try (var mesh = WholeMesh.start(dir, ONLY_WEB, List.of("n1"))) {
      try (var refusing = server(mesh, Pod.LEDGER, "503")) {
        assertThat(mesh.ask(Pod.WEB, Pod.LEDGER, "GET", "/", Map.of())).isZero();
        refusing.await("stream");
      }
      try (var impostor = server(mesh, Pod.API, "200")) {
        assertThat(mesh.ask(Pod.PARTNER, Pod.LEDGER, "GET", "/", Map.of())).isZero();
        assertThat(impostor.next().path("event").asText()).isIn("refused", "closed");
      }
    }
  }
}
