package dev.sluice.waypoint.server;

import dev.sluice.waypoint.decision.Client;
import dev.sluice.waypoint.http.Http2RequestGuard;
import dev.sluice.waypoint.http.InnerHttp2;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.ReferenceCountUtil;

/// An HTTP/2 connection of a client: each stream is an exchange.
final class Http2Server extends ChannelInboundHandlerAdapter {

  private final Channel channel;

  private Http2Server(Channel channel) {
    this.channel = channel;
  }

  static void install(Rooms rooms, Client client, Channel tunnel) {
    var server = new Http2Server(tunnel);
    tunnel
        .pipeline()
        .addLast(InnerHttp2.server(rooms.limits().http()))
        .addLast(
            new Http2MultiplexHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    stream.config().setAutoRead(false);
                    stream
                        .pipeline()
                        .addLast(new Http2RequestGuard())
                        .addLast(new Http2StreamFrameToHttpObjectCodec(true))
                        .addLast(new Http2ServerStream(rooms, client, stream));
                  }
                }))
        .addLast(server);
    tunnel.config().setAutoRead(true);
    if (rooms.state().activity().isLeaving()) {
      server.leave();
    }
  }

  /// No new streams; those in flight finish (RFC 9113 §6.8).
  private void leave() {
    channel
        .writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR))
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    // Frames of the connection itself need nothing from here.
    ReferenceCountUtil.release(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof Activity.Event) {
      leave();
    } else if (event instanceof ChannelInputShutdownEvent) {
      channel.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Bugs.report(cause);
    channel.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }
}
