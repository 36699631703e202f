package dev.sluice.runtime.hbone;

import static dev.sluice.runtime.hbone.RawPeer.ACK;
import static dev.sluice.runtime.hbone.RawPeer.CONNECT;
import static dev.sluice.runtime.hbone.RawPeer.END_HEADERS;
import static dev.sluice.runtime.hbone.RawPeer.END_STREAM;
import static dev.sluice.runtime.hbone.RawPeer.NO_FLAGS;
import static dev.sluice.runtime.hbone.RawPeer.frame;
import static dev.sluice.runtime.hbone.RawPeer.join;
import static dev.sluice.runtime.hbone.RawPeer.number;
import static dev.sluice.runtime.hbone.RawPeer.setting;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What RFC 9113 forbids, sent to the HBONE port while another tenant is served.
class HboneMalformedTest {

  private static final int PROTOCOL_ERROR = 1;
  private static final int FLOW_CONTROL_ERROR = 3;
  private static final int STREAM_CLOSED = 5;
  private static final int FRAME_SIZE_ERROR = 6;
  private static final int COMPRESSION_ERROR = 9;
  private static final int MOST = Integer.MAX_VALUE;

  private static Rig rig;
  private static App echo;
  private static Tenant tenant;
  private static InetSocketAddress attacked;

  @BeforeAll
  static void start() throws IOException {
    rig = new Rig();
    echo = App.echo();
    HboneServer other = rig.serve(rig.relayTo(echo.address()));
    attacked = rig.serve(rig.relayTo(echo.address())).address();
    tenant = new Tenant(rig.capture(rig.target(other.address())));
  }

  @AfterAll
  static void stop() throws IOException {
    tenant.close();
    echo.close();
    rig.close();
  }

  /// Bytes after a good beginning, and the error they end the connection with.
  static final class Wrong {
    private final String what;
    private final int error;
    private final byte[] bytes;

    Wrong(String what, int error, byte[] bytes) {
      this.what = what;
      this.error = error;
      this.bytes = bytes;
    }

    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Wrong> connectionErrors() {
    return Stream.of(frames(), settings(), streams()).flatMap(each -> each);
  }

  private static Stream<Wrong> frames() {
    byte[] hugeHead = Arrays.copyOf(RawPeer.header(2 << 20, RawPeer.DATA, 0, 1).array(), 9);
    return Stream.of(
        new Wrong("a frame larger than advertised", FRAME_SIZE_ERROR, hugeHead),
        new Wrong("a PING of 7 bytes", FRAME_SIZE_ERROR, frame(RawPeer.PING, 0, 0, new byte[7])),
        new Wrong("a PING on a stream", PROTOCOL_ERROR, frame(RawPeer.PING, 0, 1, new byte[8])),
        new Wrong("a GOAWAY on a stream", PROTOCOL_ERROR, frame(RawPeer.GOAWAY, 0, 1, new byte[8])),
        new Wrong(
            "a window update of nothing",
            PROTOCOL_ERROR,
            frame(RawPeer.WINDOW_UPDATE, 0, 0, number(0))),
        new Wrong(
            "a window beyond 2^31-1",
            FLOW_CONTROL_ERROR,
            frame(RawPeer.WINDOW_UPDATE, 0, 0, number(MOST))),
        new Wrong(
            "headers that cannot be decompressed",
            COMPRESSION_ERROR,
            frame(RawPeer.HEADERS, END_HEADERS, 1, (byte) 0xff, (byte) 0xff, (byte) 0xff)),
        new Wrong(
            "headers interrupted by a PING",
            PROTOCOL_ERROR,
            join(
                frame(RawPeer.HEADERS, NO_FLAGS, 1, CONNECT),
                frame(RawPeer.PING, 0, 0, new byte[8]))));
  }

  private static Stream<Wrong> settings() {
    return Stream.of(
        new Wrong("SETTINGS of 5 bytes", FRAME_SIZE_ERROR, settingsFrame(NO_FLAGS, new byte[5])),
        new Wrong(
            "an acknowledgement with a setting",
            FRAME_SIZE_ERROR,
            settingsFrame(ACK, setting(4, 70_000))),
        new Wrong(
            "SETTINGS on a stream",
            PROTOCOL_ERROR,
            frame(RawPeer.SETTINGS, NO_FLAGS, 1, setting(4, 70_000))),
        new Wrong(
            "an initial window beyond 2^31-1",
            FLOW_CONTROL_ERROR,
            settingsFrame(NO_FLAGS, setting(4, -1))),
        new Wrong("a frame size of 0", PROTOCOL_ERROR, settingsFrame(NO_FLAGS, setting(5, 0))),
        new Wrong("neither push nor not", PROTOCOL_ERROR, settingsFrame(NO_FLAGS, setting(2, 2))));
  }

  private static byte[] settingsFrame(int flags, byte[] payload) {
    return frame(RawPeer.SETTINGS, flags, 0, payload);
  }

  private static Stream<Wrong> streams() {
    return Stream.of(
        new Wrong("DATA on an idle stream", PROTOCOL_ERROR, frame(RawPeer.DATA, 0, 1, (byte) 1)),
        new Wrong("DATA on no stream", PROTOCOL_ERROR, frame(RawPeer.DATA, 0, 0, (byte) 1)),
        new Wrong(
            "a reset of an idle stream",
            PROTOCOL_ERROR,
            frame(RawPeer.RST_STREAM, 0, 1, number(8))),
        new Wrong(
            "headers on no stream",
            PROTOCOL_ERROR,
            frame(RawPeer.HEADERS, END_HEADERS, 0, CONNECT)),
        new Wrong(
            "headers on a stream of the server",
            PROTOCOL_ERROR,
            frame(RawPeer.HEADERS, END_HEADERS, 2, CONNECT)),
        new Wrong(
            "a continuation of nothing",
            PROTOCOL_ERROR,
            frame(RawPeer.CONTINUATION, END_HEADERS, 1, CONNECT)),
        new Wrong(
            "a promise of a client",
            PROTOCOL_ERROR,
            join(
                frame(RawPeer.HEADERS, END_HEADERS, 1, CONNECT),
                frame(RawPeer.PUSH_PROMISE, END_HEADERS, 1, join(number(2), CONNECT)))));
  }

  @ParameterizedTest
  @MethodSource("connectionErrors")
  void ends_the_connection_with_its_error_and_harms_nobody_else(Wrong wrong) throws Exception {
    try (RawPeer peer = RawPeer.open(attacked, rig.web)) {
      peer.raw(wrong.bytes);

      assertThat(peer.errorAtEnd()).isEqualTo(wrong.error);
    }
    tenant.assertUnharmed();
  }

  @Test
  void another_protocol_than_http_2_ends_the_connection() throws Exception {
    try (RawPeer peer = RawPeer.secure(attacked, rig.web)) {
      peer.raw("GET / HTTP/1.1\r\nhost: api\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

      assertThat(peer.errorAtEnd()).isEqualTo(PROTOCOL_ERROR);
    }
    tenant.assertUnharmed();
  }

  /// A request that is no good CONNECT.
  static final class Request {
    private final String what;
    private final byte[] block;

    Request(String what, byte[] block) {
      this.what = what;
      this.block = block;
    }

    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Request> malformedRequests() {
    String[] good = {":method", "CONNECT", ":authority", "10.0.0.1:8080"};
    return Stream.of(
        request("GET", ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a:80"),
        request("no method", ":authority", "10.0.0.1:8080"),
        request("no authority", ":method", "CONNECT"),
        request("an empty authority", ":method", "CONNECT", ":authority", ""),
        request("a scheme and path", with(good, ":scheme", "http", ":path", "/")),
        request("an extended CONNECT", with(good, ":protocol", "websocket")),
        request("an unknown pseudo-header", with(good, ":target", "x")),
        request("a pseudo-header twice", with(good, ":authority", "10.0.0.2:8080")),
        request("a pseudo-header behind others", with(good, "x", "y", ":authority", "a:80")),
        request("an upper-case name", with(good, "X-Up", "y")),
        request("a name with a blank", with(good, "a b", "y")),
        request("a value with a line break", with(good, "x", "a\r\nb")),
        request("a header of a connection", with(good, "connection", "close")));
  }

  private static Request request(String what, String... namesAndValues) {
    return new Request(what, RawPeer.block(namesAndValues));
  }

  private static String[] with(String[] good, String... more) {
    return Stream.concat(Arrays.stream(good), Arrays.stream(more)).toArray(String[]::new);
  }

  @ParameterizedTest
  @MethodSource("malformedRequests")
  void is_refused_and_the_connection_goes_on(Request request) throws Exception {
    int tunnels = rig.tunnels.size();
    try (RawPeer peer = RawPeer.open(attacked, rig.web)) {
      peer.send(RawPeer.HEADERS, END_HEADERS, 1, request.block);

      RawPeer.Frame answer = peer.read();
      while (answer.stream() != 1) {
        answer = peer.read();
      }
      boolean reset = answer.type() == RawPeer.RST_STREAM;
      assertThat(reset ? answer.error() : PROTOCOL_ERROR).isEqualTo(PROTOCOL_ERROR);
      assertThat(reset || (answer.flags() & END_STREAM) != 0).as("no tunnel").isTrue();
      assertThat(peer.isServed()).isTrue();
    }
    assertThat(rig.tunnels.stream().skip(tunnels).map(IncomingTunnel::local))
        .doesNotContain(attacked);
  }

  @Test
  void data_on_a_closed_stream_is_an_error_of_the_stream() throws Exception {
    try (RawPeer peer = RawPeer.open(attacked, rig.web)) {
      peer.connect(1);
      peer.read(RawPeer.HEADERS);
      peer.send(RawPeer.DATA, END_STREAM, 1);
      RawPeer.Frame end = peer.read(RawPeer.DATA);
      assertThat(end.flags() & END_STREAM).isEqualTo(END_STREAM);

      peer.send(RawPeer.DATA, NO_FLAGS, 1, (byte) 1);

      RawPeer.Frame answer = peer.read();
      while (answer.type() != RawPeer.RST_STREAM && answer.type() != RawPeer.GOAWAY) {
        answer = peer.read();
      }
      assertThat(answer.error()).isEqualTo(STREAM_CLOSED);
    }
    tenant.assertUnharmed();
  }

  @Test
  void more_data_than_the_window_admits_ends_the_stream_or_the_connection() throws Exception {
    HboneServer silent = rig.serve(tunnel -> {});
    try (RawPeer peer = RawPeer.open(silent.address(), rig.web)) {
      peer.connect(1);
      byte[] block = frame(RawPeer.DATA, NO_FLAGS, 1, new byte[16_384]);
      for (int i = 0; i < (4 << 20) / 16_384 + 1; i++) {
        peer.raw(block);
      }
      RawPeer.Frame answer = peer.read();
      while (answer.type() != RawPeer.RST_STREAM && answer.type() != RawPeer.GOAWAY) {
        answer = peer.read();
      }
      assertThat(answer.error()).isEqualTo(FLOW_CONTROL_ERROR);
    }
    tenant.assertUnharmed();
  }
}
