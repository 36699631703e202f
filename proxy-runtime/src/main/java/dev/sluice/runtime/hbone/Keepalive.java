package dev.sluice.runtime.hbone;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Sends PINGs on a connection and closes it when one is not answered in time.
abstract class Keepalive extends ChannelInboundHandlerAdapter {

  private static final long PAYLOAD = 0x736c75696365L;

  private static final long LAST_WORDS_MILLIS = 100;

  private final Duration interval;
  private final Duration timeout;
  private @Nullable ScheduledFuture<?> timer;

  Keepalive(HboneSettings.Timeouts timeouts) {
    interval = timeouts.pingInterval();
    timeout = timeouts.pingTimeout();
  }

  /// A frame of the connection that is no answer to a keepalive PING.
  abstract void frame(ChannelHandlerContext context, Object frame);

  /// The connection is about to be closed because no PING was answered.
  abstract void unanswered(ChannelHandlerContext context);

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    pingLater(context);
  }

  private void pingLater(ChannelHandlerContext context) {
    schedule(context, interval, () -> ping(context));
  }

  private void ping(ChannelHandlerContext context) {
    context.writeAndFlush(new DefaultHttp2PingFrame(PAYLOAD));
    schedule(
        context,
        timeout,
        () -> {
          unanswered(context);
          context.close();
        });
  }

  private void schedule(ChannelHandlerContext context, Duration delay, Runnable task) {
    stop();
    timer = context.executor().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  /// Closes after a failure. An error of the protocol is answered by the codec, right after this,
  /// with a GOAWAY that names it: closing at once would say that all was well.
  static void closeAfterError(ChannelHandlerContext context, Throwable cause) {
    if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) == null) {
      context.close();
    } else {
      closeSoon(context);
    }
  }

  /// Closes when the last words had time to leave; a peer that reads nothing is not waited for.
  static void closeSoon(ChannelHandlerContext context) {
    context.executor().schedule(() -> context.close(), LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public final void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof Http2PingFrame ping && ping.ack() && ping.content() == PAYLOAD) {
        pingLater(context);
      } else {
        frame(context, message);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    stop();
    super.channelInactive(context);
  }
}
