package dev.sluice.waypoint.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictRequestDecoderTest {

  private static final String HOST = "Host: a\r\n";

  private static List<Object> decode(String... pieces) {
    EmbeddedChannel channel = new EmbeddedChannel(new StrictRequestDecoder(HttpLimits.standard()));
    List<Object> messages = new ArrayList<>();
    for (String piece : pieces) {
      ByteBuf bytes = Unpooled.copiedBuffer(piece, StandardCharsets.ISO_8859_1);
      channel.writeInbound(bytes);
      for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
        messages.add(next);
      }
    }
    channel.finishAndReleaseAll();
    return messages;
  }

  private static String body(List<Object> messages) {
    StringBuilder text = new StringBuilder();
    for (Object message : messages) {
      if (message instanceof HttpContent content) {
        text.append(content.content().toString(StandardCharsets.UTF_8));
        content.release();
      }
    }
    return text.toString();
  }

  @Test
  void a_request_without_body_ends_with_its_head() {
    List<Object> messages = decode("GET /a?b HTTP/1.1\r\nHost: a\r\nX-Y:  v w\t\r\n\r\n");

    assertThat(messages).hasSize(2);
    assertThat(messages.getFirst())
        .isInstanceOfSatisfying(
            HttpRequest.class,
            request -> {
              assertThat(request.uri()).isEqualTo("/a?b");
              assertThat(request.headers().get("x-y")).isEqualTo("v w");
            });
    assertThat(messages.getLast()).isInstanceOf(LastHttpContent.class);
  }

  @Test
  void a_sized_body_ends_where_it_says() {
    List<Object> messages =
        decode("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloGET /smuggled HTTP/1.1\r\n\r\n");

    assertThat(body(messages)).isEqualTo("hello");
    assertThat(messages.stream().filter(HttpRequest.class::isInstance)).hasSize(1);
  }

  @Test
  void a_chunked_body_is_put_together_and_extensions_and_trailers_are_dropped() {
    List<Object> messages =
        decode(
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "5;a=\"b\"\r\nhel",
            "lo\r\n1\r",
            "\n!\r\n0\r\nX-Trailer: 1\r\n\r\n");

    assertThat(body(messages)).isEqualTo("hello!");
    assertThat(messages.getLast())
        .isInstanceOfSatisfying(
            LastHttpContent.class, last -> assertThat(last.trailingHeaders()).isEmpty());
  }

  @Property(tries = 60)
  void where_the_bytes_are_cut_does_not_matter(@ForAll @IntRange(min = 1, max = 90) int cut) {
    List<String> lines =
        List.of(
            "POST /x HTTP/1.1",
            "Host: a",
            "Transfer-Encoding: chunked",
            "",
            "4",
            "abcd",
            "3",
            "efg",
            "0",
            "",
            "");
    String request = String.join("\r\n", lines);
    int at = Math.min(cut, request.length() - 1);
    List<Object> messages = decode(request.substring(0, at), request.substring(at));

    assertThat(body(messages)).isEqualTo("abcdefg");
    assertThat(messages.getLast()).isInstanceOf(LastHttpContent.class);
  }

  @Test
  void the_next_request_waits_until_it_is_asked_for() throws Exception {
    var decoder = new StrictRequestDecoder(HttpLimits.standard());
    var channel = new EmbeddedChannel(decoder);
    String both = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n";
    channel.writeInbound(Unpooled.copiedBuffer(both, StandardCharsets.US_ASCII));

    assertThat(((HttpRequest) channel.readInbound()).uri()).isEqualTo("/1");
    assertThat(channel.<Object>readInbound()).isInstanceOf(LastHttpContent.class);
    assertThat(channel.<Object>readInbound()).isNull();
    decoder.next(channel.pipeline().firstContext());
    assertThat(((HttpRequest) channel.readInbound()).uri()).isEqualTo("/2");
    channel.finishAndReleaseAll();
  }

  @Test
  void it_reads_on_inside_heads_and_not_while_a_request_is_served() throws Exception {
    var reads = new AtomicInteger();
    var decoder = new StrictRequestDecoder(HttpLimits.standard());
    var channel =
        new EmbeddedChannel(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void read(ChannelHandlerContext ctx) throws Exception {
                reads.incrementAndGet();
                super.read(ctx);
              }
            },
            decoder);
    channel.config().setAutoRead(false);
    reads.set(0);
    for (int request = 0; request < 3; request++) {
      channel.writeInbound(Unpooled.copiedBuffer("GET / HTTP/1.1\r\nHo", US_ASCII));
      assertThat(reads.getAndSet(0)).isEqualTo(1);
      channel.writeInbound(Unpooled.copiedBuffer("st: a\r\n\r\n", US_ASCII));
      assertThat(reads.get()).isZero();
      decoder.next(channel.pipeline().lastContext());
      assertThat(reads.getAndSet(0)).isEqualTo(1);
    }
    channel.finishAndReleaseAll();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Content-Length: 5, 5\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: -5\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length: 5 6\r\n",
        "Content-Length: \r\n",
        "Content-Length: 9999999999999999999\r\n",
        "Content-Length : 5\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked, cow\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: \u000bchunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding:\r\n chunked\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
      })
  void a_head_with_two_readings_is_a_bad_request(String header) {
    assertThat(decode("POST / HTTP/1.1\r\n" + HOST + header + "\r\nhello"))
        .singleElement()
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X: a\r\n folded\r\n",
        " X: a\r\n",
        "\tX: a\r\n",
        "NoColon\r\n",
        ": empty\r\n",
        "X Y: a\r\n",
        "X(: a\r\n",
        "X: a\rb\r\n",
        "X: a\u0000b\r\n",
        "X: \u0001\r\n",
        "X: caf\u00e9\r\n",
        "X: a\n",
      })
  void a_malformed_header_is_a_bad_request(String header) {
    a_head_with_two_readings_is_a_bad_request(header);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "GET  / HTTP/1.1|400",
        "GET / HTTP/1.1 |400",
        "GET /|400",
        "GET /a b HTTP/1.1|400",
        "GET /\u00e9 HTTP/1.1|400",
        "G(T / HTTP/1.1|400",
        "GET / HTTP/1.0|426",
        "GET / HTTP/1.2|505",
        "GET / HTTP/2.0|505",
        "GET / http/1.1|505",
        "PRI * HTTP/2.0|505",
      })
  void a_malformed_request_line_is_refused(String line, int status) {
    assertThat(decode(line + "\r\n" + HOST + "\r\n"))
        .first()
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(status));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x5\r\nhello\r\n0\r\n\r\n",
        "+5\r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        "5_0\r\nhello\r\n0\r\n\r\n",
        "\r\nhello\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5;\u0001\r\nhello\r\n0\r\n\r\n",
        "5\r\nhelloX\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n",
        "0\r\nbad trailer\r\n\r\n",
      })
  void a_malformed_chunk_is_refused(String chunks) {
    List<Object> messages =
        decode("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + "GET / X");

    assertThat(messages.getLast())
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
    assertThat(messages.stream().filter(HttpRequest.class::isInstance)).hasSize(1);
    body(messages);
  }

  @Test
  void sizes_are_limited() {
    assertThat(decode("GET /" + "a".repeat(9000) + " HTTP/1.1\r\n"))
        .containsExactly(new Refusal(414, "request_line_too_long"));
    assertThat(decode("GET /" + "a".repeat(9000)))
        .containsExactly(new Refusal(414, "request_line_too_long"));
    assertThat(decode("GET / HTTP/1.1\r\n" + ("X: " + "a".repeat(1000) + "\r\n").repeat(70)))
        .containsExactly(new Refusal(431, "headers_too_large"));
    assertThat(decode("GET / HTTP/1.1\r\n" + "X: a\r\n".repeat(101) + "\r\n"))
        .containsExactly(new Refusal(431, "too_many_headers"));
  }
}
