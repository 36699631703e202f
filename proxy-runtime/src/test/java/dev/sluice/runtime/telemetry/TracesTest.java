package dev.sluice.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TracesTest {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final List<String> exported = new CopyOnWriteArrayList<>();
  private final List<String> tokens = new CopyOnWriteArrayList<>();
  private HttpServer collector;

  @BeforeEach
  void start() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          exported.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
          tokens.add(exchange.getRequestHeaders().getFirst("x-token"));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
  }

  @AfterEach
  void stop() {
    collector.stop(0);
  }

  private Traces exporting(double ratio) {
    var endpoint =
        URI.create("http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces");
    return Traces.to(new Traces.Exporting(endpoint, Map.of("x-token", "secret"), "ztunnel", ratio));
  }

  private static String raw(String hex) {
    return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
  }

  @Test
  void both_ends_of_a_connection_are_spans_of_one_trace() {
    try (var source = exporting(1);
        var destination = exporting(1)) {
      var outgoing = source.start(Traffic.Reporter.SOURCE, null);
      var header = TraceContext.parse(outgoing.traceparent()).orElseThrow();
      assertThat(header.isSampled()).isTrue();
      var incoming = destination.start(Traffic.Reporter.DESTINATION, outgoing.traceparent());
      incoming.end(new AccessEntry().with("dst.workload", "api-1").with("bytes_sent", 12L), "");
      outgoing.end(new AccessEntry().with("src.workload", "web-1"), "refused by policy");

      await().atMost(Duration.ofSeconds(20)).until(() -> exported.size() == 2);
      assertThat(exported).allSatisfy(body -> assertThat(body).contains(raw(header.trace())));
      assertThat(String.join("", exported))
          .contains("inbound connection", "dst.workload", "api-1", "bytes_sent")
          .contains("outbound connection", "web-1", "refused by policy", "service.name");
      assertThat(tokens).containsOnly("secret");
    }
  }

  @Test
  void upstreams_not_recorded_is_no_decision_of_ours() {
    try (var traces = exporting(1)) {
      var upstream = TraceContext.fresh();
      var trace = traces.start(Traffic.Reporter.DESTINATION, upstream.header());

      assertThat(TraceContext.parse(trace.traceparent()).orElseThrow())
          .satisfies(own -> assertThat(own.trace()).isEqualTo(upstream.trace()))
          .satisfies(own -> assertThat(own.isSampled()).isTrue());
    }
  }

  @Test
  void without_an_exporter_the_header_is_passed_on() {
    var received = TraceContext.fresh();

    try (var traces = Traces.off()) {
      assertThat(traces.start(Traffic.Reporter.DESTINATION, received.header()).traceparent())
          .isEqualTo(received.header());
      assertThat(traces.start(Traffic.Reporter.SOURCE, null).traceparent()).endsWith("-00");
    }
  }

  @Test
  void a_collector_that_does_not_answer_holds_nobody_up() throws IOException {
    try (var deaf = new ServerSocket(0, 1, LOOPBACK)) {
      var endpoint = URI.create("http://127.0.0.1:" + deaf.getLocalPort() + "/v1/traces");
      var traces = Traces.to(new Traces.Exporting(endpoint, Map.of(), "ztunnel", 1));
      long start = System.nanoTime();
      for (int i = 0; i < 10 * Traces.QUEUE; i++) {
        traces.start(Traffic.Reporter.SOURCE, null).end(new AccessEntry(), "");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      traces.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
    }
  }

  @Test
  void credentials_are_not_shown() {
    assertThat(
            new Traces.Exporting(URI.create("http://c"), Map.of("a", "secret"), "z", 1).toString())
        .doesNotContain("secret");
  }
}
