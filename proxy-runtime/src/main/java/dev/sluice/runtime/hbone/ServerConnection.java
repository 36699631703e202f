package dev.sluice.runtime.hbone;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server's end of a connection: keepalive and the two-step graceful GOAWAY.
///
/// RFC 9113 §6.8: a first GOAWAY names the highest stream id, so that streams under way to us are
/// still served; a round trip later the second names the last stream that was.
final class ServerConnection extends Keepalive {

  /// Asks the connection to drain.
  enum Drain {
    START
  }

  /// A tunnel of the connection was reset before it was answered.
  enum Abandoned {
    TUNNEL
  }

  private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);
  private static final long DRAIN_PAYLOAD = 0x647261696eL;
  private static final long DRAIN_ROUND_TRIP_MILLIS = 1000;

  private enum Phase {
    SERVING,
    ANNOUNCED,
    REFUSING
  }

  private final Http2Connection http2;
  private final FloodGuard guard;
  private Phase phase = Phase.SERVING;
  private boolean isCalmed;

  ServerConnection(Http2Connection http2, HboneSettings settings) {
    super(settings.timeouts());
    this.http2 = http2;
    this.guard = new FloodGuard(settings.limits());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    super.handlerAdded(context);
    http2.addListener(
        new Http2ConnectionAdapter() {
          @Override
          public void onStreamRemoved(Http2Stream stream) {
            closeWhenUnused(context);
          }
        });
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event == Abandoned.TUNNEL) {
      if (!guard.abandoned()) {
        calm(context, "tunnels given up before their answer");
      }
    } else if (event != Drain.START) {
      super.userEventTriggered(context, event);
    } else if (phase == Phase.SERVING) {
      phase = Phase.ANNOUNCED;
      DefaultHttp2GoAwayFrame announcement = new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR);
      announcement.setExtraStreamIds(Integer.MAX_VALUE);
      context.write(announcement);
      context.writeAndFlush(new DefaultHttp2PingFrame(DRAIN_PAYLOAD));
      // Netty keeps the task until it ran; it does nothing on a closed connection.
      context
          .executor()
          .schedule(() -> refuse(context), DRAIN_ROUND_TRIP_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  void frame(ChannelHandlerContext context, Object frame) {
    if (frame instanceof Http2PingFrame ping && ping.ack() && ping.content() == DRAIN_PAYLOAD) {
      refuse(context);
    } else if (costsAnAnswer(frame) && !guard.control()) {
      calm(context, "PING or SETTINGS frames");
    }
  }

  private static boolean costsAnAnswer(Object frame) {
    return switch (frame) {
      case Http2PingFrame ping -> !ping.ack();
      case Http2SettingsFrame _ -> true;
      default -> false;
    };
  }

  /// RFC 9113 §10.5: a peer that makes too much work is told so and let go.
  private void calm(ChannelHandlerContext context, String what) {
    if (isCalmed) {
      return;
    }
    isCalmed = true;
    LOG.warn("close connection of {}: too many {}", context.channel().remoteAddress(), what);
    context
        .writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.ENHANCE_YOUR_CALM))
        .addListener(ChannelFutureListener.CLOSE);
    closeSoon(context);
  }

  private void refuse(ChannelHandlerContext context) {
    if (phase == Phase.ANNOUNCED && context.channel().isActive()) {
      phase = Phase.REFUSING;
      context.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
      closeWhenUnused(context);
    }
  }

  private void closeWhenUnused(ChannelHandlerContext context) {
    if (phase == Phase.REFUSING && http2.numActiveStreams() == 0) {
      // Not within the codec's own bookkeeping of the stream that just ended.
      context.executor().execute(context::close);
    }
  }

  @Override
  void unanswered(ChannelHandlerContext context) {
    LOG.warn("close connection of {}: PING not answered", context.channel().remoteAddress());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("connection of {} failed", context.channel().remoteAddress(), cause);
    closeAfterError(context, cause);
  }
}
