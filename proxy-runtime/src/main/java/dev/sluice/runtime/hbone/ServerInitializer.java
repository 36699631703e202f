package dev.sluice.runtime.hbone;

import dev.sluice.runtime.netty.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes accepted sockets HBONE connections: TLS, then HTTP/2, then one tunnel per stream.
final class ServerInitializer extends ChannelInitializer<Channel> {

  private static final Logger LOG = LoggerFactory.getLogger(ServerInitializer.class);

  private final Supplier<SslContext> tls;
  private final TunnelAcceptor acceptor;
  private final HboneSettings settings;
  private final ChannelGroup open;
  private volatile boolean draining;

  ServerInitializer(
      Supplier<SslContext> tls,
      TunnelAcceptor acceptor,
      HboneSettings settings,
      ChannelGroup open) {
    this.tls = tls;
    this.acceptor = acceptor;
    this.settings = settings;
    this.open = open;
  }

  Future<Void> drain() {
    draining = true;
    for (Channel connection : open) {
      connection.pipeline().fireUserEventTriggered(ServerConnection.Drain.START);
    }
    return open.newCloseFuture();
  }

  void close() {
    open.close();
  }

  @Override
  protected void initChannel(Channel channel) {
    open.add(channel);
    acceptor.connected(channel);
    // PING notices a dead peer here, sooner than TCP keepalive would.
    channel.config().setOption(ChannelOption.SO_KEEPALIVE, false);
    // Tunnels half-close, the connection that carries them does not.
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
    SslHandler handler = tls.get().newHandler(channel.alloc());
    handler.setHandshakeTimeoutMillis(settings.timeouts().handshake().toMillis());
    channel.pipeline().addLast("tls", handler).addLast("handshake", new ServerHandshake());
  }

  private final class ServerHandshake extends Handshake {

    @Override
    void succeeded(ChannelHandlerContext context) {
      Http2FrameCodec codec = Http2Codecs.server(settings.http2());
      ChannelPipeline pipeline = context.pipeline();
      Http2Codecs.install(pipeline, codec, settings.http2());
      pipeline.addLast("streams", new Http2MultiplexHandler(new Stream()));
      pipeline.addLast("connection", new ServerConnection(codec.connection(), settings.timeouts()));
      pipeline.flush();
      if (draining) {
        pipeline.fireUserEventTriggered(ServerConnection.Drain.START);
      }
    }

    @Override
    void failed(ChannelHandlerContext context, String reason) {
      LOG.warn("TLS handshake with {} failed: {}", context.channel().remoteAddress(), reason);
    }
  }

  private final class Stream extends ChannelInitializer<Channel> {

    @Override
    protected void initChannel(Channel stream) {
      stream.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Transport.WATER_MARK);
      stream.pipeline().addLast("tunnel", new ServerTunnel(acceptor, stream));
    }
  }
}
