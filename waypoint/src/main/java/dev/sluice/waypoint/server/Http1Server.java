package dev.sluice.waypoint.server;

import dev.sluice.runtime.netty.HalfClose;
import dev.sluice.waypoint.decision.Client;
import dev.sluice.waypoint.http.Refusal;
import dev.sluice.waypoint.http.ResponseEncoder;
import dev.sluice.waypoint.http.StrictRequestDecoder;
import dev.sluice.waypoint.telemetry.RequestRecord;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 connection of a client: one exchange after the other.
final class Http1Server extends ChannelInboundHandlerAdapter implements Downstream {

  private static final long LINGER_SECONDS = 2;

  private final Rooms rooms;
  private final Client client;
  private final Channel channel;
  private final StrictRequestDecoder decoder;
  private final ResponseEncoder encoder = new ResponseEncoder();
  private @Nullable Exchange exchange;
  private @Nullable Future<?> waiting;
  private boolean ending;

  private Http1Server(Rooms rooms, Client client, Channel channel) {
    this.rooms = rooms;
    this.client = client;
    this.channel = channel;
    this.decoder = new StrictRequestDecoder(rooms.limits().http());
  }

  static void install(Rooms rooms, Client client, Channel tunnel) {
    var server = new Http1Server(rooms, client, tunnel);
    tunnel.pipeline().addLast(server.decoder).addLast(server.encoder).addLast(server);
    server.ending = rooms.state().activity().isLeaving();
    server.await();
    tunnel.read();
  }

  /// Bounds the time until the next request head is there.
  private void await() {
    long head = rooms.limits().head().toMillis();
    long most = rooms.limits().keepAlive().toMillis();
    long[] waited = {0};
    boolean[] begun = {false};
    waiting =
        channel
            .eventLoop()
            .scheduleAtFixedRate(
                () -> {
                  waited[0] += head;
                  boolean inside = decoder.isInsideHead();
                  if ((inside && begun[0]) || waited[0] >= most) {
                    close();
                  }
                  begun[0] = inside;
                },
                head,
                head,
                TimeUnit.MILLISECONDS);
  }

  private void stopWaiting() {
    if (waiting != null) {
      waiting.cancel(false);
      waiting = null;
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case Refusal refusal -> refused(refusal);
      case HttpRequest head -> {
        stopWaiting();
        encoder.answers(head.method());
        exchange = new Exchange(rooms, client, this);
        exchange.begin(head);
      }
      case HttpContent content -> {
        if (exchange == null) {
          content.release();
        } else {
          exchange.body(content);
        }
      }
      default -> ReferenceCountUtil.release(message);
    }
  }

  private void refused(Refusal refusal) {
    stopWaiting();
    ending = true;
    if (exchange == null) {
      exchange = new Exchange(rooms, client, this);
    }
    exchange.refuse(refusal);
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
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof Activity.Event) {
      ending = true;
      if (exchange == null) {
        endInOrder();
      }
    } else if (event instanceof ChannelInputShutdownEvent && exchange == null) {
      close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stopWaiting();
    Exchange current = exchange;
    exchange = null;
    if (current != null) {
      current.downstreamGone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Bugs.report(cause);
    HalfClose.reset(channel);
  }

  private void close() {
    channel.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  @Override
  public EventLoop loop() {
    return channel.eventLoop();
  }

  @Override
  public RequestRecord.Version version() {
    return RequestRecord.Version.HTTP_1;
  }

  @Override
  public void frame(HttpResponse head, HttpMethod answered, Reuse reuse) {
    int status = head.status().code();
    boolean bodiless = answered.equals(HttpMethod.HEAD) || status == 204 || status == 304;
    if (!bodiless && !head.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
      head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    if (ending || reuse == Reuse.END) {
      head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
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
  public void finished(Reuse reuse) {
    exchange = null;
    if (ending || reuse == Reuse.END) {
      endInOrder();
      return;
    }
    await();
    // Not from within the decoder's own reading, which this may be called from.
    channel.eventLoop().execute(this::next);
  }

  /// Ends our half, and the whole once the client has ended its own: closing at once could take the
  /// response away from a client that is still sending.
  private void endInOrder() {
    ending = true;
    decoder.discard();
    HalfClose.shutdownOutput(channel).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    channel.config().setAutoRead(true);
    channel.eventLoop().schedule(this::close, LINGER_SECONDS, TimeUnit.SECONDS);
  }

  private void next() {
    ChannelHandlerContext own = channel.pipeline().context(decoder);
    if (own != null && !ending) {
      try {
        decoder.next(own);
      } catch (Exception broken) {
        channel.pipeline().fireExceptionCaught(broken);
      }
    }
  }

  @Override
  public void abort() {
    exchange = null;
    HalfClose.reset(channel);
  }
}
