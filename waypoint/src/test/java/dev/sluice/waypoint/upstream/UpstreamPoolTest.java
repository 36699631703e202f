package dev.sluice.waypoint.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.waypoint.upstream.UpstreamTarget.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UpstreamPoolTest {

  private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

  private final EventLoop loop = new DefaultEventLoop();
  private final List<EmbeddedChannel> opened = new ArrayList<>();
  private final UpstreamPool pool = new UpstreamPool(this::open);
  private final UpstreamTarget target =
      new UpstreamTarget(
          InetAddress.getLoopbackAddress(),
          8080,
          SpiffeId.of("cluster.local", "shop", "api"),
          Protocol.HTTP_1);

  @AfterEach
  void end() {
    opened.forEach(EmbeddedChannel::finishAndReleaseAll);
    loop.shutdownGracefully().addListener(_ -> {});
  }

  private Future<Channel> open(UpstreamTarget to, EventLoop on) {
    var channel = new EmbeddedChannel();
    channel.config().setAutoRead(false);
    opened.add(channel);
    return ImmediateEventExecutor.INSTANCE.newSucceededFuture(channel);
  }

  /// What a caller hears.
  private static final class Heard implements ResponseListener {
    private final List<String> events = new ArrayList<>();

    @Override
    public void ready() {}

    @Override
    public void response(HttpResponse head) {
      events.add(String.valueOf(head.status().code()));
    }

    @Override
    public void content(HttpContent content) {
      events.add(content.content().toString(StandardCharsets.US_ASCII));
      content.release();
    }

    @Override
    public void readComplete() {}

    @Override
    public void writable() {}

    @Override
    public void failed(UpstreamFailure failure) {
      events.add(failure.code());
    }
  }

  private Heard call(HttpMethod method) {
    var heard = new Heard();
    var head = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, "/", Unpooled.EMPTY_BUFFER);
    pool.call(loop, target, head, heard);
    return heard;
  }

  private static void answer(EmbeddedChannel channel, String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII));
  }

  private static String written(EmbeddedChannel channel) {
    var text = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      text.append(out.toString(StandardCharsets.US_ASCII));
      out.release();
    }
    return text.toString();
  }

  @Test
  void a_connection_is_used_again_after_a_complete_response() {
    Heard first = call(HttpMethod.GET);
    answer(opened.getFirst(), OK);
    Heard second = call(HttpMethod.GET);
    answer(opened.getFirst(), OK);

    assertThat(first.events).startsWith("200").contains("ok");
    assertThat(second.events).startsWith("200").contains("ok");
    assertThat(opened).hasSize(1);
    assertThat(written(opened.getFirst())).startsWith("GET / HTTP/1.1").contains("\r\n\r\nGET / ");
  }

  @Test
  void a_connection_that_was_dead_already_is_replaced_once() {
    call(HttpMethod.GET);
    answer(opened.getFirst(), OK);
    Heard second = call(HttpMethod.GET);
    opened.getFirst().close();
    assertThat(opened).hasSize(2);
    assertThat(written(opened.get(1))).startsWith("GET / HTTP/1.1");
    answer(opened.get(1), OK);

    assertThat(second.events).startsWith("200").contains("ok");
  }

  @Test
  void a_fresh_connection_that_dies_is_a_failure() {
    Heard heard = call(HttpMethod.GET);
    opened.getFirst().close();

    assertThat(heard.events).containsExactly("connection_lost");
    assertThat(opened).hasSize(1);
  }

  @Test
  void a_request_that_may_have_an_effect_is_not_sent_twice() {
    call(HttpMethod.GET);
    answer(opened.getFirst(), OK);
    Heard post = call(HttpMethod.POST);
    opened.getFirst().close();

    assertThat(post.events).containsExactly("connection_lost");
    assertThat(opened).hasSize(1);
  }

  @Test
  void a_request_with_a_body_is_not_sent_twice() {
    call(HttpMethod.GET);
    answer(opened.getFirst(), OK);
    var heard = new Heard();
    HttpRequest put = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.PUT, "/");
    pool.call(loop, target, put, heard);
    opened.getFirst().close();

    assertThat(heard.events).containsExactly("connection_lost");
    assertThat(opened).hasSize(1);
  }

  @Test
  void nothing_is_repeated_once_the_response_has_begun() {
    call(HttpMethod.GET);
    answer(opened.getFirst(), OK);
    Heard second = call(HttpMethod.GET);
    answer(opened.getFirst(), "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nha");
    opened.getFirst().close();

    assertThat(second.events).containsExactly("200", "ha", "connection_lost");
    assertThat(opened).hasSize(1);
  }

  @Test
  void bytes_that_nobody_asked_for_end_an_idle_connection() {
    call(HttpMethod.GET);
    answer(opened.getFirst(), OK);
    answer(opened.getFirst(), OK);

    assertThat(opened.getFirst().isOpen()).isFalse();
    call(HttpMethod.GET);
    assertThat(opened).hasSize(2);
  }

  @Test
  void a_response_that_ends_the_connection_is_not_followed_by_another_call() {
    call(HttpMethod.GET);
    answer(
        opened.getFirst(), "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok");
    call(HttpMethod.GET);

    assertThat(opened).hasSize(2);
  }
}
