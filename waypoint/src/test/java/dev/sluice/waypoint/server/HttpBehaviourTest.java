package dev.sluice.waypoint.server;

import static dev.sluice.waypoint.server.Policies.deny;
import static dev.sluice.waypoint.server.Policies.path;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpBehaviourTest {

  private static final World WORLD = new World();
  private static final String HOST = "Host: api.shop\r\n";

  @AfterAll
  static void end() {
    WORLD.close();
  }

  @BeforeEach
  void reset() {
    WORLD.allowAll();
  }

  @Test
  void requests_follow_each_other_on_one_connection_also_when_pipelined() {
    Wire wire = WORLD.wire();
    wire.send("GET /1 HTTP/1.1\r\n" + HOST + "\r\nGET /2 HTTP/1.1\r\n" + HOST + "\r\n");
    wire.await(text -> text.contains("GET /2"));
    wire.send(
        "POST /3 HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\nConnection: close\r\n\r\nhello");
    String text = wire.awaitEnd();

    assertThat(text.indexOf("GET /1")).isPositive().isLessThan(text.indexOf("GET /2"));
    assertThat(text.indexOf("GET /2")).isLessThan(text.indexOf("POST /3"));
    assertThat(text).endsWith("hello");
  }

  @Test
  void bodies_of_every_framing_arrive_whole() {
    String big = "0123456789abcdef".repeat(40_000);
    Wire wire = WORLD.wire();
    wire.send(
        "POST / HTTP/1.1\r\n"
            + HOST
            + "Connection: close\r\nContent-Length: "
            + big.length()
            + "\r\n\r\n"
            + big);
    String text = wire.awaitEnd();
    assertThat(text).startsWith("HTTP/1.1 200").endsWith(big);

    Wire.Reply chunked =
        WORLD
            .wire()
            .exchange(
                "POST / HTTP/1.1\r\n"
                    + HOST
                    + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nX-Trailer: x\r\n\r\n");
    assertThat(chunked.body()).endsWith("hello world").doesNotContain("x-trailer");
  }

  @Test
  void a_client_that_waits_for_leave_to_send_gets_it() {
    Wire wire = WORLD.wire();
    wire.send(
        "POST / HTTP/1.1\r\n"
            + HOST
            + "Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");
    wire.await(text -> text.startsWith("HTTP/1.1 100 Continue\r\n\r\n"));
    wire.send("ok");

    assertThat(wire.awaitEnd())
        .contains("HTTP/1.1 200 OK")
        .endsWith("ok")
        .doesNotContain("expect:");
  }

  @Test
  void a_refused_request_with_a_body_ends_the_connection() {
    WORLD.enforce(List.of(deny(path("/no"))), List.of(), List.of());
    Wire.Reply reply =
        WORLD
            .wire()
            .exchange(
                "POST /no HTTP/1.1\r\n"
                    + HOST
                    + "Content-Length: 100\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n");

    assertThat(reply.status()).isEqualTo(403);
    assertThat(WORLD.v1.seen).noneMatch(line -> line.contains("smuggled"));
    assertThat(WORLD.v2.seen).noneMatch(line -> line.contains("smuggled"));
  }

  @Test
  void head_is_answered_without_a_body() {
    Wire.Reply reply = WORLD.ask("HEAD", "/x");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("content-length")).isNotEmpty();
    assertThat(reply.body()).isEmpty();
    WORLD.enforce(List.of(deny(path("/x"))), List.of(), List.of());
    assertThat(WORLD.ask("HEAD", "/x").body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET / HTTP/1.1\\r\\n\\r\\n|400",
        "GET / HTTP/1.1\\r\\nHost: a\\r\\nHost: b\\r\\n\\r\\n|400",
        "GET / HTTP/1.0\\r\\nHost: a\\r\\n\\r\\n|426",
        "get / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n|400",
        "CONNECT a:80 HTTP/1.1\\r\\nHost: a:80\\r\\n\\r\\n|405",
        "GET http://b/ HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n|400",
        "GET * HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n|400",
        "GET / HTTP/1.1\\r\\nHost: a\\r\\nUpgrade: websocket\\r\\nConnection:"
            + " upgrade\\r\\n\\r\\n|400",
        "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1\\r\\nTransfer-Encoding:"
            + " chunked\\r\\n\\r\\n|400",
        "POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: gzip\\r\\n\\r\\n|400",
        "GET / HTTP/1.1\\r\\nHost: a\\r\\nX: b\\r\\n c\\r\\n\\r\\n|400",
        "GET / HTTP/1.1\\nHost: a\\n\\n|400",
        "\\u0016\\u0003\\u0001\\u0002\\r\\n|400",
      })
  void what_can_be_read_in_two_ways_is_refused(String request, int status) {
    String bytes = request.replace("\\r", "\r").replace("\\n", "\n");

    assertThat(WORLD.wire().exchange(bytes).status()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\nTransfer-Encoding:"
            + " chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\nContent-Length: 6\\r\\n\\r\\nhello",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: gzip, chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
        "HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: x\\r\\n\\r\\n",
        "nonsense\\r\\n\\r\\n",
      })
  void a_response_that_can_be_read_in_two_ways_is_502(String response) {
    assertThat(WORLD.ask("GET", "/", "X-Raw-Response", response).status()).isEqualTo(502);
  }

  @Test
  void informational_responses_are_skipped_and_bytes_after_a_response_end_the_connection() {
    String early =
        "HTTP/1.1 103 Early Hints\\r\\nLink: x\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length:"
            + " 2\\r\\n\\r\\nok";
    Wire.Reply reply = WORLD.ask("GET", "/", "X-Raw-Response", early);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("ok");

    String two =
        "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nokHTTP/1.1 200 OK\\r\\nContent-Length:"
            + " 4\\r\\n\\r\\nevil";
    assertThat(WORLD.ask("GET", "/", "X-Raw-Response", two).body()).isEqualTo("ok");
    assertThat(WORLD.ask("GET", "/fine").body()).contains("GET /fine");
  }

  @Test
  void an_endpoint_that_gives_up_is_503() {
    assertThat(WORLD.ask("POST", "/", "X-Drop", "1").status()).isEqualTo(503);
  }

  @Test
  void connections_to_an_endpoint_are_reused() {
    WORLD.ask("GET", "/warm");
    WORLD.ask("GET", "/warm");
    Wire wire = WORLD.wire();
    int before = WORLD.v1.connections.get() + WORLD.v2.connections.get();
    for (int i = 0; i < 20; i++) {
      String path = "/reuse" + i;
      wire.send("GET " + path + " HTTP/1.1\r\n" + HOST + "\r\n");
      wire.await(text -> text.contains("GET " + path + "\n"));
    }

    assertThat(WORLD.v1.connections.get() + WORLD.v2.connections.get() - before)
        .isLessThanOrEqualTo(4);
  }

  @Test
  void a_head_that_never_ends_is_cut_off() {
    Wire wire = WORLD.wire();
    wire.send("GET / HTTP/1.1\r\nHost: a\r\n");

    assertThat(wire.awaitEnd()).isEmpty();
  }

  @Test
  void a_client_that_leaves_is_forgotten() {
    Wire wire = WORLD.wire();
    wire.send("GET / HTTP/1.1\r\n" + HOST + "X-Delay: 3000\r\n\r\n");
    org.awaitility.Awaitility.await().until(() -> WORLD.activity.requests() == 1);
    wire.channel().close().addListener(_ -> {});

    org.awaitility.Awaitility.await().until(() -> WORLD.activity.requests() == 0);
  }
}
