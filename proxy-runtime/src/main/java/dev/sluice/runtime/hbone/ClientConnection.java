package dev.sluice.runtime.hbone;

import dev.sluice.runtime.netty.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The client's end of a connection, shared by tunnels to one target; lives on one event loop.
final class ClientConnection extends Keepalive {

  private final ConnectionOwner pool;
  private final Channel channel;
  private int limit;
  private int streams;
  private boolean retired;
  private boolean settingsSeen;
  private @Nullable String loss;
  private @Nullable ScheduledFuture<?> release;

  ClientConnection(ConnectionOwner pool, Channel channel) {
    super(pool.settings().timeouts());
    this.pool = pool;
    this.channel = channel;
    this.limit = pool.streamLimit();
  }

  InetSocketAddress address() {
    return pool.address();
  }

  HboneSettings settings() {
    return pool.settings();
  }

  /// Whether one more tunnel may be opened now.
  boolean isAvailable() {
    return !retired && streams < limit && channel.isActive();
  }

  /// Whether it will not take tunnels again.
  boolean isRetired() {
    return retired || !channel.isActive();
  }

  /// Takes no further tunnels; closes when the last has ended.
  void retire() {
    retired = true;
    releaseWhenUnused();
  }

  /// The peer took fewer streams than it promised: what is open now is the limit.
  void full() {
    limit = Math.max(1, Math.min(limit, streams - 1));
  }

  void close() {
    retired = true;
    channel.close();
  }

  /// Opens a tunnel; the caller checked that the connection is available.
  void open(Opening opening) {
    streams++;
    stopRelease();
    ClientTunnel tunnel = new ClientTunnel(opening, this);
    new Http2StreamChannelBootstrap(channel)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel stream) {
                stream
                    .config()
                    .setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Transport.WATER_MARK);
                stream.pipeline().addLast("tunnel", tunnel);
              }
            })
        .open()
        .addListener((Future<Http2StreamChannel> opened) -> started(opened, tunnel, opening));
  }

  private void started(Future<Http2StreamChannel> opened, ClientTunnel tunnel, Opening opening) {
    if (!opened.isSuccess()) {
      ended();
      opening.fail(
          new TunnelFailure.ConnectionLost(address(), String.valueOf(opened.cause().getMessage())));
      return;
    }
    Http2StreamChannel stream = opened.getNow();
    stream.closeFuture().addListener(closed -> ended());
    tunnel.start(stream.pipeline().context(tunnel));
  }

  private void ended() {
    streams--;
    releaseWhenUnused();
    pool.serveWaiters();
  }

  private void releaseWhenUnused() {
    if (streams > 0) {
      return;
    }
    if (retired) {
      channel.close();
    } else if (channel.isActive()) {
      stopRelease();
      release =
          channel
              .eventLoop()
              .schedule(this::retire, settings().pool().unused().toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void stopRelease() {
    if (release != null) {
      release.cancel(false);
      release = null;
    }
  }

  /// A tunnel that this connection could not open, though another may.
  void tryElsewhere(Opening opening) {
    pool.open(opening);
  }

  /// Why tunnels waiting for their answer will not get one.
  TunnelFailure lossOf() {
    String reason = loss == null ? "closed by peer" : loss;
    // Before the peer's SETTINGS the loss is its refusal of our certificate: TLS 1.3 completes the
    // handshake on our side before the peer has looked at it.
    return settingsSeen
        ? new TunnelFailure.ConnectionLost(address(), reason)
        : new TunnelFailure.HandshakeFailed(address(), reason);
  }

  @Override
  void frame(ChannelHandlerContext context, Object frame) {
    switch (frame) {
      case Http2SettingsFrame settings -> {
        settingsSeen = true;
        Long streamsOfPeer = settings.settings().maxConcurrentStreams();
        if (streamsOfPeer != null) {
          limit = pool.limitStreams(streamsOfPeer);
        }
        pool.serveWaiters();
      }
      case Http2GoAwayFrame ignored -> {
        retire();
        pool.serveWaiters();
      }
      default -> {
        // Acknowledgements need no answer.
      }
    }
  }

  @Override
  void unanswered(ChannelHandlerContext context) {
    loss = "PING not answered";
    retired = true;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    loss = String.valueOf(cause.getMessage());
    retired = true;
    closeAfterError(context, cause);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    stopRelease();
    super.channelInactive(context);
    pool.gone(this);
  }
}
