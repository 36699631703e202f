package dev.sluice.runtime.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;

/// Ends one half or both of a byte channel, be it a socket or a tunnel stream.
///
/// Input that ended shows on either as a `ChannelInputShutdownEvent`.
public final class HalfClose {

  private HalfClose() {}

  /// Ends the outgoing half once everything written so far has left; the incoming half stays open.
  public static ChannelFuture shutdownOutput(Channel channel) {
    if (!(channel instanceof DuplexChannel socket)) {
      return channel.writeAndFlush(StreamEnd.FINISHED);
    }
    // Shutting a socket down at once would drop what is still queued behind it.
    ChannelPromise done = channel.newPromise();
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(written -> {
          if (written.isSuccess()) {
            socket.shutdownOutput(done);
          } else {
            done.tryFailure(written.cause());
          }
        });
    return done;
  }

  /// Closes at once so that the peer sees a reset: TCP RST on a socket, RST_STREAM on a tunnel.
  public static void reset(Channel channel) {
    if (!channel.isOpen()) {
      return;
    }
    if (channel instanceof DuplexChannel) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.close();
    } else {
      channel.writeAndFlush(StreamEnd.RESET).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /// Closes once everything written so far has left.
  public static void closeAfterWrites(Channel channel) {
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }
}
