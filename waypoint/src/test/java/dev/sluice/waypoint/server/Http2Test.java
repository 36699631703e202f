package dev.sluice.waypoint.server;

import static dev.sluice.waypoint.server.Policies.deny;
import static dev.sluice.waypoint.server.Policies.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.waypoint.http.InnerHttp2;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class Http2Test {

  private static final int LARGEST = 16 * 1024 * 1024;

  private final World world = new World();
  private Channel tunnel = connect();
  private final CompletableFuture<Boolean> goAway = new CompletableFuture<>();

  /// A response as HTTP/2 delivers it.
  private record Answer(int status, String body, String app, String grpcStatus) {}

  @BeforeEach
  void install() {
    tunnel
        .pipeline()
        .addLast(InnerHttp2.client())
        .addLast(
            new Http2MultiplexHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel pushed) {}
                }))
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object message) {
                if (message instanceof Http2GoAwayFrame) {
                  goAway.complete(true);
                }
                ReferenceCountUtil.release(message);
              }

              @Override
              public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                ctx.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
              }
            });
    tunnel.config().setAutoRead(true);
  }

  @AfterEach
  void end() {
    world.close();
  }

  private Channel connect() {
    try {
      var opening = world.open(World.WEB, World.HTTP);
      assertThat(opening.await(20, TimeUnit.SECONDS)).isTrue();
      return opening.getNow();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Http2StreamChannel stream() throws Exception {
    return new Http2StreamChannelBootstrap(tunnel)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel stream) {}
            })
        .open()
        .get(20, TimeUnit.SECONDS);
  }

  private CompletableFuture<Answer> send(
      String method, String target, String body, String... headers) throws Exception {
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            HttpMethod.valueOf(method),
            target,
            Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
    request.headers().set("host", "api.shop");
    for (int i = 0; i < headers.length; i += 2) {
      request.headers().add(headers[i], headers[i + 1]);
    }
    var result = new CompletableFuture<Answer>();
    Channel stream = stream();
    stream
        .pipeline()
        .addLast(new Http2StreamFrameToHttpObjectCodec(false))
        .addLast(new HttpObjectAggregator(LARGEST))
        .addLast(
            new SimpleChannelInboundHandler<FullHttpResponse>() {
              @Override
              protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
                result.complete(
                    new Answer(
                        response.status().code(),
                        response.content().toString(StandardCharsets.UTF_8),
                        response.headers().get("x-app", ""),
                        response.trailingHeaders().get("grpc-status", "")));
              }

              @Override
              public void channelInactive(ChannelHandlerContext ctx) {
                result.completeExceptionally(new IllegalStateException("stream ended"));
              }
            });
    stream.writeAndFlush(request).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    return result;
  }

  private Answer ask(String method, String target, String... headers) throws Exception {
    return send(method, target, "", headers).get(20, TimeUnit.SECONDS);
  }

  @Test
  void requests_stay_http2_up_to_the_endpoint() throws Exception {
    Answer answer = ask("GET", "/a?b=c");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("h2 GET /a?b=c\n").contains("URI=" + World.WEB.uri());
    assertThat(ask("HEAD", "/a").body()).isEmpty();
  }

  @Test
  void policies_decide_each_request() throws Exception {
    world.enforce(List.of(deny(path("/admin"))), List.of(), List.of());

    assertThat(ask("GET", "/x/../admin").status()).isEqualTo(403);
    assertThat(ask("GET", "/public").status()).isEqualTo(200);
    assertThat(ask("get", "/public").status()).isEqualTo(400);
    assertThat(send("POST", "/admin", "x".repeat(300_000)).get(20, TimeUnit.SECONDS).status())
        .isEqualTo(403);
    assertThat(ask("GET", "/public").status()).isEqualTo(200);
  }

  @Test
  void large_bodies_pass_both_ways_at_the_pace_of_the_slower_side() throws Exception {
    String big = "0123456789abcdef".repeat(200_000);
    Answer answer = send("POST", "/big", big).get(30, TimeUnit.SECONDS);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).endsWith(big);
  }

  @Test
  void many_requests_share_the_connections() throws Exception {
    List<CompletableFuture<Answer>> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      all.add(send("GET", "/many" + i, "", "x-delay", "20"));
    }
    for (CompletableFuture<Answer> one : all) {
      assertThat(one.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
    }
    assertThat(world.v1.connections.get() + world.v2.connections.get()).isLessThanOrEqualTo(4);
  }

  @Test
  void trailers_of_responses_pass() throws Exception {
    Answer answer = ask("POST", "/grpc", "x-want-trailers", "1", "te", "trailers");

    assertThat(answer.grpcStatus()).isEqualTo("0");
    assertThat(answer.body()).contains("te: trailers");
  }

  @Test
  void an_endpoint_that_gives_up_is_503() throws Exception {
    assertThat(ask("POST", "/", "x-drop", "1").status()).isEqualTo(503);
    assertThat(ask("GET", "/").status()).isEqualTo(200);
  }

  @Test
  void a_malformed_request_resets_its_stream_only() throws Exception {
    var reset = new CompletableFuture<Long>();
    Channel stream = stream();
    stream
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                if (event instanceof Http2ResetFrame frame) {
                  reset.complete(frame.errorCode());
                }
              }
            });
    Http2Headers headers =
        new DefaultHttp2Headers(false)
            .method("GET")
            .scheme("http")
            .authority("a")
            .path("/")
            .add("x", "a\u0001b");
    Http2HeadersFrame frame = new DefaultHttp2HeadersFrame(headers, true);
    stream.writeAndFlush(frame).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);

    assertThat(reset.get(20, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(ask("GET", "/").status()).isEqualTo(200);
  }

  /// What CVE-2023-44487 floods a server with.
  @Test
  void more_resets_than_any_honest_client_sends_end_the_connection() throws Exception {
    reset(1_000);
    assertThat(ask("GET", "/").status()).isEqualTo(200);

    reset(1_001);
    org.awaitility.Awaitility.await().until(() -> !tunnel.isActive());
  }

  private void reset(int requests) throws Exception {
    Http2Headers headers =
        new DefaultHttp2Headers(false).method("GET").scheme("http").authority("a").path("/");
    for (int i = 0; i < requests && tunnel.isActive(); i++) {
      Http2StreamChannel stream = stream();
      stream
          .write(new DefaultHttp2HeadersFrame(headers, true))
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
      stream
          .writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL))
          .await(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void a_leaving_waypoint_says_so_and_finishes_what_it_has() throws Exception {
    var slow = send("GET", "/slow", "", "x-delay", "400");
    org.awaitility.Awaitility.await().until(() -> world.activity.requests() == 1);
    world.activity.leave();

    assertThat(goAway.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(slow.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
  }
}
