package dev.sluice.waypoint.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ResetFrame;

/// One stream of a shared HTTP/2 connection, carrying one call.
final class Http2Stream extends ChannelInboundHandlerAdapter implements UpstreamCall.Carrier {

  private final Channel channel;
  private final UpstreamCall call;

  Http2Stream(Channel channel, UpstreamCall call) {
    this.channel = channel;
    this.call = call;
  }

  @Override
  public void write(Object message) {
    channel.write(message).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  @Override
  public void flush() {
    channel.flush();
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable();
  }

  @Override
  public void read() {
    channel.read();
  }

  @Override
  public void abandon() {
    channel.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (call.message(message)) {
      case MORE -> {}
      case UNUSABLE -> abandon();
      case COMPLETE -> {
        call.readComplete();
        if (!call.isRequestDone()) {
          abandon();
        }
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!call.isOver()) {
      call.readComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable()) {
      call.writable();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof Http2ResetFrame reset) {
      call.lost(
          new UpstreamFailure(
              "stream_reset", "the endpoint reset the stream: " + reset.errorCode()));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    call.lost(new UpstreamFailure("stream_failed", String.valueOf(cause.getMessage())));
    abandon();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    call.lost(new UpstreamFailure("connection_lost", "the stream ended early"));
  }
}
