package dev.sluice.runtime.hbone;

import dev.sluice.runtime.netty.HalfClose;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.runtime.tls.ServerTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes accepted sockets HBONE connections: TLS, then HTTP/2, then one tunnel per stream.
final class ServerInitializer extends ChannelInitializer<Channel> {

  private static final Logger LOG = LoggerFactory.getLogger(ServerInitializer.class);

  private final ServerTls tls;
  private final TunnelAcceptor acceptor;
  private final HboneSettings settings;
  private final ChannelGroup open;
  private final Admission admission;
  private volatile boolean draining;

  ServerInitializer(
      ServerTls tls, TunnelAcceptor acceptor, HboneSettings settings, ChannelGroup open) {
    this.tls = tls;
    this.acceptor = acceptor;
    this.settings = settings;
    this.open = open;
    this.admission = new Admission(settings.limits());
  }

  /// Sends every connection, and those still to come, a graceful GOAWAY.
  void drain() {
    draining = true;
    for (Channel connection : open) {
      connection.pipeline().fireUserEventTriggered(ServerConnection.Drain.START);
    }
  }

  /// Completes when the connections open now are gone.
  Future<Void> closed() {
    return open.newCloseFuture();
  }

  void close() {
    open.close();
  }

  @Override
  protected void initChannel(Channel channel) {
    if (!admission.admit(channel)) {
      LOG.debug("{} has its share of connections or handshakes", channel.remoteAddress());
      HalfClose.reset(channel);
      return;
    }
    open.add(channel);
    acceptor.connected(channel);
    // PING notices a dead peer here, sooner than TCP keepalive would.
    channel.config().setOption(ChannelOption.SO_KEEPALIVE, false);
    // Tunnels half-close, the connection that carries them does not.
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
    var offer = tls.next().toCompletableFuture();
    if (offer.isDone()) {
      handshake(channel, offer.join());
    } else {
      awaitTls(channel, offer);
    }
  }

  private void handshake(Channel channel, ServerTls.Offer offer) {
    switch (offer) {
      case ServerTls.Offer.Ready(var context) -> {
        SslHandler handler = context.newHandler(channel.alloc());
        handler.setHandshakeTimeoutMillis(settings.timeouts().handshake().toMillis());
        channel.pipeline().addLast("tls", handler).addLast("handshake", new ServerHandshake());
      }
      case ServerTls.Offer.Unavailable(var reason) -> {
        LOG.warn("no TLS with {}: {}", channel.remoteAddress(), reason);
        channel.close();
      }
    }
  }

  /// Nothing is read until there is a certificate; the peer waits no longer than for a handshake.
  private void awaitTls(Channel channel, CompletableFuture<ServerTls.Offer> offer) {
    channel.config().setAutoRead(false);
    offer
        .completeOnTimeout(
            new ServerTls.Offer.Unavailable("no certificate in time"),
            settings.timeouts().handshake().toMillis(),
            TimeUnit.MILLISECONDS)
        .thenAccept(found ->
            channel
                .eventLoop()
                .execute(() -> {
                  if (channel.isActive()) {
                    handshake(channel, found);
                    channel.config().setAutoRead(true);
                  }
                }));
  }

  private final class ServerHandshake extends Handshake {

    @Override
    void succeeded(ChannelHandlerContext context) {
      admission.established(context.channel());
      Http2FrameCodec codec = Http2Codecs.server(settings.http2());
      ChannelPipeline pipeline = context.pipeline();
      Http2Codecs.install(pipeline, codec, settings.http2());
      pipeline.addLast("streams", new Http2MultiplexHandler(new Stream()));
      pipeline.addLast("connection", new ServerConnection(codec.connection(), settings));
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
