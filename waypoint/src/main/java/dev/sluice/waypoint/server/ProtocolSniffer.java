package dev.sluice.waypoint.server;

import dev.sluice.waypoint.decision.Client;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Tells the protocol inside a tunnel by its first bytes, then hands the tunnel over.
///
/// Where the protocol is not declared the wait is bounded, so that protocols in which the server
/// speaks first work.
final class ProtocolSniffer extends ChannelInboundHandlerAdapter {

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");
  private static final int LONGEST_METHOD = 8;

  private enum Expecting {
    HTTP,
    ANYTHING
  }

  private enum Finding {
    UNKNOWN,
    HTTP_1,
    HTTP_2,
    BYTES
  }

  private final Rooms rooms;
  private final Client client;
  private final Channel channel;
  private final Expecting expecting;
  private ByteBuf seen = Unpooled.EMPTY_BUFFER;
  private @Nullable Future<?> timeout;

  private ProtocolSniffer(Rooms rooms, Client client, Channel channel, Expecting expecting) {
    this.rooms = rooms;
    this.client = client;
    this.channel = channel;
    this.expecting = expecting;
  }

  static void awaitHttp(Rooms rooms, Client client, Channel tunnel) {
    new ProtocolSniffer(rooms, client, tunnel, Expecting.HTTP)
        .start(rooms.limits().keepAlive().toMillis());
  }

  static void awaitAnything(Rooms rooms, Client client, Channel tunnel) {
    new ProtocolSniffer(rooms, client, tunnel, Expecting.ANYTHING)
        .start(rooms.limits().sniff().toMillis());
  }

  private void start(long millis) {
    channel.pipeline().addLast(this);
    timeout = channel.eventLoop().schedule(this::timedOut, millis, TimeUnit.MILLISECONDS);
    channel.read();
  }

  private void timedOut() {
    if (channel.pipeline().context(this) != null) {
      handOver(expecting == Expecting.HTTP ? Finding.HTTP_1 : Finding.BYTES);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      ReferenceCountUtil.release(message);
      return;
    }
    seen = seen.isReadable() ? Unpooled.wrappedBuffer(seen, bytes) : bytes;
    Finding finding = finding();
    if (finding != Finding.UNKNOWN) {
      handOver(finding);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    channel.read();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      handOver(expecting == Expecting.HTTP ? Finding.HTTP_1 : Finding.BYTES);
      ctx.fireUserEventTriggered(event);
    } else if (event instanceof Activity.Event) {
      channel.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stop();
    seen.release();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Bugs.report(cause);
    channel.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  private Finding finding() {
    ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
    int length = Math.min(seen.readableBytes(), preface.readableBytes());
    boolean prefaceSoFar = ByteBufUtil.equals(seen, seen.readerIndex(), preface, 0, length);
    if (prefaceSoFar) {
      return length == preface.readableBytes() ? Finding.HTTP_2 : Finding.UNKNOWN;
    }
    if (expecting == Expecting.HTTP) {
      return Finding.HTTP_1;
    }
    int space = seen.bytesBefore((byte) ' ');
    if (space >= 0) {
      String word = seen.toString(seen.readerIndex(), space, StandardCharsets.ISO_8859_1);
      return METHODS.contains(word) ? Finding.HTTP_1 : Finding.BYTES;
    }
    return seen.readableBytes() < LONGEST_METHOD ? Finding.UNKNOWN : Finding.BYTES;
  }

  private void stop() {
    if (timeout != null) {
      timeout.cancel(false);
    }
  }

  /// What follows is added behind this handler, gets what was read, and takes its place: the
  /// tunnel's own handlers in front must not see the bytes again.
  private void handOver(Finding finding) {
    stop();
    ByteBuf first = seen;
    seen = Unpooled.EMPTY_BUFFER;
    ChannelHandlerContext own = channel.pipeline().context(this);
    switch (finding) {
      case HTTP_1, UNKNOWN -> {
        rooms.state().activity().opened(channel);
        Http1Server.install(rooms, client, channel);
        replay(own, first);
      }
      case HTTP_2 -> {
        rooms.state().activity().opened(channel);
        Http2Server.install(rooms, client, channel);
        replay(own, first);
      }
      case BYTES -> new TcpTunnel(rooms, client, channel).join(first);
    }
    if (channel.pipeline().context(this) != null) {
      channel.pipeline().remove(this);
    }
  }

  private static void replay(ChannelHandlerContext own, ByteBuf first) {
    if (first.isReadable()) {
      own.fireChannelRead(first);
      own.fireChannelReadComplete();
    } else {
      first.release();
    }
  }
}
