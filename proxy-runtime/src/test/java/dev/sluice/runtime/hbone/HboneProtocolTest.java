package dev.sluice.runtime.hbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.runtime.identity.TestAuthority;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.runtime.tls.MeshTls;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.handler.ssl.SslContext;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the server says to a client that is not ours.
class HboneProtocolTest {

  private final Rig rig = new Rig();
  private final Queue<Http2StreamFrame> answers = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Http2SettingsFrame> settings = new CompletableFuture<>();

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void anything_but_connect_is_a_bad_request() throws Exception {
    assertBadRequest(
        new DefaultHttp2Headers().method("GET").scheme("http").path("/").authority("10.0.0.1:80"));
  }

  @Test
  void connect_with_scheme_and_path_is_a_bad_request() throws Exception {
    assertBadRequest(
        new DefaultHttp2Headers()
            .method("CONNECT")
            .scheme("http")
            .path("/")
            .authority("10.0.0.1:80"));
  }

  @Test
  void connect_without_authority_is_a_bad_request() throws Exception {
    assertBadRequest(new DefaultHttp2Headers().method("CONNECT"));
  }

  private void assertBadRequest(Http2Headers head) throws Exception {
    HboneServer server = rig.serve(tunnel -> tunnel.accept(Map.of()));
    request(server, head);

    await().until(() -> !answers.isEmpty());
    assertThat(answers.remove())
        .isInstanceOfSatisfying(
            Http2HeadersFrame.class,
            answer -> {
              assertThat(answer.headers().status()).hasToString("400");
              assertThat(answer.isEndStream()).isTrue();
            });
    assertThat(rig.tunnels).isEmpty();
  }

  @Test
  void the_server_advertises_wide_windows_and_large_frames() throws Exception {
    HboneServer server = rig.serve(tunnel -> tunnel.accept(Map.of()));
    request(server, new DefaultHttp2Headers().method("CONNECT").authority("10.0.0.1:80"));

    var advertised = Rig.get(settings).settings();
    assertThat(advertised.initialWindowSize()).isEqualTo(4 << 20);
    assertThat(advertised.maxFrameSize()).isEqualTo(1 << 20);
    assertThat(advertised.maxConcurrentStreams()).isEqualTo(200);
    assertThat(advertised.maxHeaderListSize()).isEqualTo(64 << 10);
  }

  @Test
  void what_is_sent_before_the_answer_waits_within_the_window_and_is_not_lost() throws Exception {
    HboneServer server = rig.serve(tunnel -> {});
    Http2StreamChannel stream =
        request(server, new DefaultHttp2Headers().method("CONNECT").authority("10.0.0.1:80"));
    AtomicLong sent = new AtomicLong();
    int block = 16 << 10;
    int size = 8 << 20;
    for (int i = 0; i < size / block; i++) {
      stream
          .writeAndFlush(new DefaultHttp2DataFrame(stream.alloc().buffer().writeZero(block)))
          .addListener(done -> sent.addAndGet(done.isSuccess() ? block : 0));
    }
    await().until(() -> sent.get() >= 4 << 20);
    await().during(java.time.Duration.ofMillis(200)).until(() -> sent.get() == 4 << 20);

    AtomicLong received = new AtomicLong();
    IncomingTunnel tunnel = rig.tunnels.remove();
    Rig.get(
        tunnel
            .channel()
            .eventLoop()
            .submit(() -> {
              tunnel.accept(Map.of());
              tunnel.channel().pipeline().addLast(new Count(received));
              tunnel.channel().config().setAutoRead(true);
            }));

    await().until(() -> received.get() == size);
  }

  /// What CVE-2023-44487 floods a server with; the limit is low here to keep the test short.
  @Test
  void more_resets_than_the_limit_end_the_connection() throws Exception {
    int limit = 50;
    HboneSettings standard = HboneSettings.defaults();
    HboneSettings own = standard.withHttp2(standard.http2().withMaxResets(limit));
    HboneServer server = rig.serve(own, tunnel -> tunnel.accept(Map.of()));
    var head = new DefaultHttp2Headers().method("CONNECT").authority("10.0.0.1:80");
    Channel connection = request(server, head).parent();

    for (int i = 0; i < limit; i++) {
      reset(connection, head);
    }
    await().until(() -> rig.tunnels.size() == limit + 1);
    assertThat(connection.isActive()).isTrue();

    reset(connection, head);
    await().until(() -> !connection.isActive());
  }

  private void reset(Channel connection, Http2Headers head) throws Exception {
    Http2StreamChannel stream =
        Rig.get(new Http2StreamChannelBootstrap(connection).handler(new Answers()).open());
    stream.write(new DefaultHttp2HeadersFrame(head));
    stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL)).sync();
  }

  @Test
  void a_trust_domain_that_is_not_accepted_ends_the_handshake() throws Exception {
    SslContext context = MeshTls.server(rig.api, Set.of(new TrustDomain("elsewhere.example")));
    HboneServer.Bound bound =
        HboneServer.bind(
            rig.transport,
            Rig.loopback(),
            () -> context,
            tunnel -> tunnel.accept(Map.of()),
            HboneSettings.defaults());
    HboneServer server = ((HboneServer.Bound.Listening) bound).server();

    assertThat(rig.failure(rig.target(server.address())))
        .isInstanceOf(TunnelFailure.HandshakeFailed.class);
  }

  @Test
  void an_address_in_use_is_a_failure_to_bind() {
    HboneServer server = rig.serve(tunnel -> {});
    SslContext context = MeshTls.server(rig.api, Set.of(new TestAuthority("a").trustDomain()));

    assertThat(
            HboneServer.bind(
                rig.transport,
                server.address(),
                () -> context,
                tunnel -> {},
                HboneSettings.defaults()))
        .isInstanceOfSatisfying(
            HboneServer.Bound.Failed.class,
            failed -> assertThat(failed.reason()).contains("in use"));
  }

  private Http2StreamChannel request(HboneServer server, Http2Headers head) throws Exception {
    SslContext tls = MeshTls.client(rig.web);
    Channel connection =
        Transport.bootstrapClient(rig.loop)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(tls.newHandler(channel.alloc()))
                        .addLast(Http2FrameCodecBuilder.forClient().validateHeaders(false).build())
                        .addLast(new Http2MultiplexHandler(new Answers()))
                        .addLast(new Settings());
                  }
                })
            .connect(server.address())
            .sync()
            .channel();
    Http2StreamChannel stream =
        Rig.get(new Http2StreamChannelBootstrap(connection).handler(new Answers()).open());
    stream.writeAndFlush(new DefaultHttp2HeadersFrame(head)).sync();
    return stream;
  }

  private final class Answers extends SimpleChannelInboundHandler<Http2StreamFrame> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, Http2StreamFrame frame) {
      answers.add(frame);
    }
  }

  private final class Settings extends SimpleChannelInboundHandler<Http2SettingsFrame> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, Http2SettingsFrame frame) {
      settings.complete(frame);
    }
  }

  private static final class Count extends SimpleChannelInboundHandler<ByteBuf> {
    private final AtomicLong bytes;

    Count(AtomicLong bytes) {
      this.bytes = bytes;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
      bytes.addAndGet(message.readableBytes());
    }
  }
}
