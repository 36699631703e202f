package dev.sluice.waypoint.upstream;

import dev.sluice.waypoint.http.HttpLimits;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 connection inside a tunnel: one call at a time, closed on any doubt.
final class Http1Connection extends ChannelInboundHandlerAdapter implements UpstreamCall.Carrier {

  /// Where the connection goes when a call is over.
  interface Home {
    /// It can carry another call.
    void idle(Http1Connection connection);

    /// It is closed; called once.
    void gone(Http1Connection connection);
  }

  private final Channel channel;
  private final Home home;
  private final ResponseDecoder decoder = new ResponseDecoder(HttpLimits.standard());
  private @Nullable UpstreamCall call;
  private boolean reusable;
  private boolean gone;

  private Http1Connection(Channel channel, Home home) {
    this.channel = channel;
    this.home = home;
  }

  static Http1Connection install(Channel tunnel, Home home) {
    var connection = new Http1Connection(tunnel, home);
    tunnel
        .pipeline()
        .addLast(connection.decoder)
        .addLast(new HttpRequestEncoder())
        .addLast(connection);
    return connection;
  }

  boolean isActive() {
    return channel.isActive() && !gone;
  }

  void carry(UpstreamCall next) {
    call = next;
    reusable = true;
    decoder.answers(next.head().method());
    next.start(this);
  }

  /// Reads while nobody waits: the only thing that may come is the end.
  void watch() {
    channel.read();
  }

  void close() {
    channel.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
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
    call = null;
    close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    UpstreamCall current = call;
    if (current == null) {
      ReferenceCountUtil.release(message);
      close();
      return;
    }
    if (message instanceof HttpResponse response && response.status().code() >= 200) {
      reusable = HttpUtil.isKeepAlive(response);
    }
    switch (current.message(message)) {
      case MORE -> {}
      case UNUSABLE -> {
        call = null;
        close();
      }
      case COMPLETE -> complete(current);
    }
  }

  private void complete(UpstreamCall finished) {
    call = null;
    if (reusable && finished.isRequestDone() && isActive()) {
      home.idle(this);
    } else {
      close();
    }
    finished.readComplete();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (call != null) {
      call.readComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (call != null && channel.isWritable()) {
      call.writable();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      reusable = false;
      close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    lost("the connection broke: " + cause.getMessage());
    close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!gone) {
      gone = true;
      home.gone(this);
      lost("the endpoint closed the connection");
    }
  }

  private void lost(String detail) {
    UpstreamCall current = call;
    call = null;
    if (current != null) {
      current.lost(new UpstreamFailure("connection_lost", detail));
    }
  }
}
