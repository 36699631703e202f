package dev.sluice.waypoint.upstream;

import dev.sluice.waypoint.http.InnerHttp2;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;

/// An HTTP/2 connection inside a tunnel, shared by calls up to a number of streams.
final class Http2Connection extends ChannelInboundHandlerAdapter {

  private static final int MOST_STREAMS = 100;

  private final Channel channel;
  private final Consumer<Http2Connection> onGone;
  private final Http2StreamChannelBootstrap streams;
  private long streamLimit = MOST_STREAMS;
  private int active;
  private long idleSince = System.nanoTime();
  private boolean leaving;

  private Http2Connection(Channel channel, Consumer<Http2Connection> onGone) {
    this.channel = channel;
    this.onGone = onGone;
    this.streams = new Http2StreamChannelBootstrap(channel);
  }

  static Http2Connection install(Channel tunnel, Consumer<Http2Connection> onGone) {
    var connection = new Http2Connection(tunnel, onGone);
    tunnel
        .pipeline()
        .addLast(InnerHttp2.client())
        .addLast(new Http2MultiplexHandler(new RefusingInitializer()))
        .addLast(connection);
    tunnel.config().setAutoRead(true);
    return connection;
  }

  /// Push is disabled, so no stream of the endpoint's own is ever served.
  private static final class RefusingInitializer extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel pushed) {
      pushed.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
  }

  boolean hasRoom() {
    return !leaving && channel.isActive() && active < streamLimit;
  }

  boolean isIdle() {
    return active == 0;
  }

  /// Whether nothing has been carried since a moment of `System.nanoTime`.
  boolean isIdleSince(long nanos) {
    return active == 0 && idleSince - nanos < 0;
  }

  void close() {
    leaving = true;
    channel.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  void carry(UpstreamCall call) {
    active++;
    streams
        .open()
        .addListener(opened -> {
          if (opened.isSuccess()) {
            begin((Http2StreamChannel) opened.getNow(), call);
          } else {
            released();
            call.fail(UpstreamFailure.from(opened.cause()));
          }
        });
  }

  private void begin(Http2StreamChannel stream, UpstreamCall call) {
    stream.closeFuture().addListener(_ -> released());
    stream.config().setAutoRead(false);
    var carrier = new Http2Stream(stream, call);
    stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(false)).addLast(carrier);
    if (call.isOver()) {
      stream.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    } else {
      call.start(carrier);
    }
  }

  private void released() {
    active--;
    idleSince = System.nanoTime();
    if (leaving && active == 0) {
      close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case Http2SettingsFrame settings -> {
        Long limit = settings.settings().maxConcurrentStreams();
        streamLimit = limit == null ? streamLimit : Math.min(limit, MOST_STREAMS);
      }
      case Http2GoAwayFrame _ -> leave();
      default -> {}
    }
    ReferenceCountUtil.release(message);
  }

  private void leave() {
    leaving = true;
    onGone.accept(this);
    if (active == 0) {
      close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    leaving = true;
    onGone.accept(this);
    ctx.fireChannelInactive();
  }
}
