package dev.sluice.runtime.hbone;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.tls.PeerIdentity;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.List;

/// A connection inside of a tunnel, for one tunnel of its own: TLS with whoever the outer tunnel
/// leads to, then HTTP/2 with a single CONNECT.
///
/// Such connections are never shared: behind a gateway, each may end at another workload. Source:
/// Istio ztunnel, double HBONE.
final class NestedTunnel implements ConnectionOwner {

  private final InetSocketAddress gateway;
  private final HbonePool.Nested inner;
  private final HboneSettings settings;
  private final Opening opening;

  NestedTunnel(
      InetSocketAddress gateway, HbonePool.Nested inner, HboneSettings settings, Opening opening) {
    this.gateway = gateway;
    this.inner = inner;
    this.settings = settings;
    this.opening = opening;
  }

  /// Starts on an open outer tunnel, which ends with the inner connection.
  void start(Channel outer, SslContext tls) {
    SslHandler handler = tls.newHandler(outer.alloc());
    handler.setHandshakeTimeoutMillis(settings.timeouts().handshake().toMillis());
    outer.pipeline().addLast("inner-end", new EndWithInput());
    outer.pipeline().addLast("inner-tls", handler);
    outer.pipeline().addLast("inner-handshake", new InnerHandshake());
    outer.config().setAutoRead(true);
  }

  @Override
  public InetSocketAddress address() {
    return gateway;
  }

  @Override
  public HboneSettings settings() {
    return settings;
  }

  @Override
  public int streamLimit() {
    return 1;
  }

  @Override
  public int limitStreams(long ofPeer) {
    return 1;
  }

  @Override
  public void open(Opening again) {
    again.fail(new TunnelFailure.ConnectionLost(gateway, "the peer does not take the tunnel"));
  }

  @Override
  public void serveWaiters() {
    // Nobody waits: there is one tunnel.
  }

  @Override
  public void gone(ClientConnection connection) {
    // Its one tunnel has told whoever opened it.
  }

  /// The connection does not half-close, the tunnel that carries it does.
  private static final class EndWithInput extends ChannelInboundHandlerAdapter {
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
      if (event instanceof ChannelInputShutdownEvent) {
        context.close();
      } else {
        super.userEventTriggered(context, event);
      }
    }
  }

  private final class InnerHandshake extends Handshake {

    @Override
    void succeeded(ChannelHandlerContext context) {
      List<SpiffeId> found = PeerIdentity.names(context.channel());
      if (found.stream().noneMatch(inner.expected()::contains)) {
        opening.fail(new TunnelFailure.WrongIdentity(found, inner.expected()));
        context.close();
        return;
      }
      Http2FrameCodec codec = Http2Codecs.client(settings.http2());
      var connection = new ClientConnection(NestedTunnel.this, context.channel());
      ChannelPipeline pipeline = context.pipeline();
      Http2Codecs.install(pipeline, codec, settings.http2());
      pipeline.addLast("streams", new Http2MultiplexHandler(new NoStreams()));
      pipeline.addLast("connection", connection);
      pipeline.flush();
      connection.open(opening);
      // With its one tunnel it ends.
      connection.retire();
    }

    @Override
    void failed(ChannelHandlerContext context, String reason) {
      opening.fail(new TunnelFailure.HandshakeFailed(gateway, reason));
    }
  }

  /// The peer may not open streams towards us.
  private static final class NoStreams extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel stream) {
      stream.close();
    }
  }
}
