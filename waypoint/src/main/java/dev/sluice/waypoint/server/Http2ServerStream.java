package dev.sluice.waypoint.server;

import dev.sluice.waypoint.decision.Client;
import dev.sluice.waypoint.telemetry.RequestRecord;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// An HTTP/2 stream of a client: one exchange.
final class Http2ServerStream extends ChannelInboundHandlerAdapter implements Downstream {

  private final Rooms rooms;
  private final Client client;
  private final Channel channel;
  private @Nullable Exchange exchange;
  private ChannelFuture last;

  Http2ServerStream(Rooms rooms, Client client, Channel channel) {
    this.rooms = rooms;
    this.client = client;
    this.channel = channel;
    this.last = channel.newSucceededFuture();
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    channel.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest head) {
      exchange = new Exchange(rooms, client, this);
      exchange.begin(head);
    }
    Exchange current = exchange;
    if (message instanceof HttpContent content && current != null) {
      current.body(content);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (exchange != null) {
      exchange.downstreamReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (exchange != null && channel.isWritable()) {
      exchange.downstreamWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    Exchange current = exchange;
    exchange = null;
    if (current != null) {
      current.downstreamGone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Bugs.report(cause);
    channel.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  @Override
  public EventLoop loop() {
    return channel.eventLoop();
  }

  @Override
  public RequestRecord.Version version() {
    return RequestRecord.Version.HTTP_2;
  }

  @Override
  public void frame(HttpResponse head, HttpMethod answered, Reuse reuse) {
    // The end of the stream delimits the body.
  }

  @Override
  public void write(Object message) {
    last = channel.write(message);
    last.addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
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
  public void finished(Reuse reuse) {
    Exchange current = exchange;
    exchange = null;
    if (current != null && !current.isRequestDone() && reuse == Reuse.END) {
      // The response is complete without the rest of the request (RFC 9113 §8.1). Not before it
      // has left: a reset drops what is queued.
      last.addListener(_ -> reset(Http2Error.NO_ERROR));
    }
  }

  private void reset(Http2Error code) {
    channel
        .writeAndFlush(new DefaultHttp2ResetFrame(code))
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  @Override
  public void abort() {
    exchange = null;
    channel
        .writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR))
        .addListener(ChannelFutureListener.CLOSE);
  }
}
