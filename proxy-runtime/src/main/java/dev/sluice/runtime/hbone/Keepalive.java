package dev.sluice.runtime.hbone;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Sends PINGs on a connection and closes it when one is not answered in time.
abstract class Keepalive extends ChannelInboundHandlerAdapter {

  private static final long PAYLOAD = 0x736c75696365L;

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
