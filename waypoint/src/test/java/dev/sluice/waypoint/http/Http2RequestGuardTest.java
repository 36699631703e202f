package dev.sluice.waypoint.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Http2RequestGuardTest {

  private static Http2HeadersFrame head(String... fields) {
    var headers = new DefaultHttp2Headers(false);
    for (int i = 0; i < fields.length; i += 2) {
      headers.add(fields[i], fields[i + 1]);
    }
    return new DefaultHttp2HeadersFrame(headers, false);
  }

  private static Http2HeadersFrame get(String... more) {
    String[] fields = {":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/"};
    return head(Stream.concat(Stream.of(fields), Stream.of(more)).toArray(String[]::new));
  }

  private static void assertReset(EmbeddedChannel channel) {
    assertThat(channel.<Object>readInbound()).isNull();
    assertThat(channel.<Object>readOutbound())
        .isInstanceOfSatisfying(
            Http2ResetFrame.class,
            reset -> assertThat(reset.errorCode()).isEqualTo(Http2Error.PROTOCOL_ERROR.code()));
  }

  static Stream<Http2HeadersFrame> malformed() {
    return Stream.of(
        get("connection", "close"),
        get("transfer-encoding", "chunked"),
        get("upgrade", "websocket"),
        get("keep-alive", "1"),
        get("proxy-connection", "x"),
        get("te", "gzip"),
        get("X-Upper", "1"),
        get("x\r\ny", "1"),
        get("x:y", "1"),
        get("x y", "1"),
        get("x", "a\r\nb: c"),
        get("x", "a\u0000"),
        get("host", "other"),
        get("content-length", "1", "content-length", "2"),
        get("content-length", "+1"),
        get(":method", "POST"),
        get(":unknown", "1"),
        head(":scheme", "http", ":authority", "a", ":path", "/"),
        head(":method", "GET", ":authority", "a", ":path", "/"),
        head(":method", "GET", ":scheme", "http", ":authority", "a"),
        head(":method", "GET", ":scheme", "http", ":authority", "a", ":path", ""),
        head(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/ x"),
        head(":method", "GET / HTTP/1.1\r\nx", ":scheme", "http", ":authority", "a", ":path", "/"),
        head(":method", "GET", ":scheme", "http", ":path", "/"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void a_malformed_head_resets_the_stream(Http2HeadersFrame frame) {
    var channel = new EmbeddedChannel(new Http2RequestGuard());
    channel.writeInbound(frame);

    assertReset(channel);
  }

  @Test
  void the_body_must_have_the_announced_length() {
    var channel = new EmbeddedChannel(new Http2RequestGuard());
    channel.writeInbound(get("content-length", "3"));
    assertThat(channel.<Object>readInbound()).isInstanceOf(Http2HeadersFrame.class);
    channel.writeInbound(
        new DefaultHttp2DataFrame(Unpooled.copiedBuffer("1234", StandardCharsets.US_ASCII), true));

    assertReset(channel);
  }

  @Test
  void trailers_pass_without_their_fields() {
    var channel = new EmbeddedChannel(new Http2RequestGuard());
    channel.writeInbound(get());
    channel.readInbound();
    var trailers = new DefaultHttp2Headers().add("x-user", "admin");
    channel.writeInbound(new DefaultHttp2HeadersFrame(trailers, true));

    assertThat((Http2HeadersFrame) channel.readInbound())
        .satisfies(frame -> assertThat(frame.headers()).isEmpty());
  }

  @Test
  void a_host_equal_to_the_authority_is_folded_into_it() {
    var channel = new EmbeddedChannel(new Http2RequestGuard());
    channel.writeInbound(get("host", "A"));

    assertThat((Http2HeadersFrame) channel.readInbound())
        .satisfies(frame -> {
          assertThat(frame.headers().authority()).hasToString("a");
          assertThat(frame.headers().contains("host")).isFalse();
        });
  }
}
