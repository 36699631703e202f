package dev.sluice.runtime.relay;

import dev.sluice.runtime.netty.HalfClose;
import dev.sluice.runtime.netty.HeldInput;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/// Carries bytes both ways between two byte channels on one event loop.
///
/// Each direction ends on its own: the end of one side's input ends the other side's output. A side
/// that cannot take more pauses the other's reading. A failure or reset of one side resets the
/// other.
public final class Relay {

  private final Half a;
  private final Half b;
  private final RelayListener listener;
  private boolean ended;

  private Relay(Channel channelA, Channel channelB, RelayListener listener) {
    this.a = new Half(channelA, RelayEnd.Side.A);
    this.b = new Half(channelB, RelayEnd.Side.B);
    this.listener = listener;
  }

  /// Starts to relay; call on the event loop that both channels share. Both start to read.
  ///
  /// A socket that waits for its other half belongs under [HeldInput] from its first moment: what
  /// it held is relayed first.
  ///
  /// @throws IllegalArgumentException when the channels are on different event loops
  public static Relay join(Channel a, Channel b, RelayListener listener) {
    if (!a.eventLoop().equals(b.eventLoop())) {
      throw new IllegalArgumentException("the channels of a relay share an event loop");
    }
    Relay relay = new Relay(a, b, listener);
    relay.start();
    return relay;
  }

  private void start() {
    a.other = b;
    b.other = a;
    a.channel.pipeline().addLast("relay", a);
    b.channel.pipeline().addLast("relay", b);
    HeldInput.release(a.channel);
    HeldInput.release(b.channel);
    // A side that is gone before the handlers were there will not report it again.
    if (!a.channel.isActive()) {
      closedEarly(a);
    } else if (!b.channel.isActive()) {
      closedEarly(b);
    }
    if (!ended) {
      a.channel.config().setAutoRead(b.channel.isWritable());
      b.channel.config().setAutoRead(a.channel.isWritable());
    }
  }

  /// Cuts both sides with a reset, from any thread; `reason` is reported as the cause.
  public void cut(String reason) {
    if (a.channel.eventLoop().inEventLoop()) {
      end(new RelayEnd.Cause.Cut(reason), HalfClose::reset);
    } else {
      a.channel.eventLoop().execute(() -> end(new RelayEnd.Cause.Cut(reason), HalfClose::reset));
    }
  }

  /// The bytes read from side A so far; exact on the event loop, else recent.
  public long bytesFromA() {
    return a.bytes;
  }

  /// The bytes read from side B so far; exact on the event loop, else recent.
  public long bytesFromB() {
    return b.bytes;
  }

  @FunctionalInterface
  private interface Ending {
    void apply(Channel channel);
  }

  private void end(RelayEnd.Cause cause, Ending ending) {
    if (ended) {
      return;
    }
    ended = true;
    ending.apply(a.channel);
    ending.apply(b.channel);
    listener.ended(new RelayEnd(a.bytes, b.bytes, cause));
  }

  private void closedEarly(Half half) {
    end(new RelayEnd.Cause.ClosedEarly(half.side), HalfClose::closeAfterWrites);
  }

  private void failed(Half half, Throwable cause) {
    end(new RelayEnd.Cause.Failed(half.side, String.valueOf(cause.getMessage())), HalfClose::reset);
  }

  private void inputEnded(Half half) {
    if (half.inputEnded) {
      return;
    }
    half.inputEnded = true;
    HalfClose.shutdownOutput(half.other.channel)
        .addListener(
            (ChannelFutureListener)
                done -> {
                  if (done.isSuccess()) {
                    outputEnded(half.other);
                  } else {
                    half.other.operationComplete(done);
                  }
                });
  }

  private void outputEnded(Half half) {
    half.outputEnded = true;
    if (a.outputEnded && b.outputEnded) {
      end(new RelayEnd.Cause.Finished(), Channel::close);
    }
  }

  private final class Half extends ChannelInboundHandlerAdapter implements ChannelFutureListener {

    private final Channel channel;
    private final RelayEnd.Side side;
    private Half other = this;
    private volatile long bytes;
    private boolean inputEnded;
    private boolean outputEnded;

    Half(Channel channel, RelayEnd.Side side) {
      this.channel = channel;
      this.side = side;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (ended || !(message instanceof ByteBuf buffer)) {
        ReferenceCountUtil.release(message);
        return;
      }
      long total = bytes + buffer.readableBytes();
      bytes = total;
      other.channel.write(buffer).addListener(other);
      if (!other.channel.isWritable()) {
        channel.config().setAutoRead(false);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      other.channel.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      if (!ended) {
        other.channel.config().setAutoRead(channel.isWritable());
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        inputEnded(this);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      // With both halves asked to end, the outcome comes with the end of the output.
      if (!inputEnded || !other.inputEnded) {
        closedEarly(this);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      failed(this, cause);
    }

    /// Every write towards this side reports here.
    @Override
    public void operationComplete(ChannelFuture written) {
      if (written.isSuccess()) {
        return;
      }
      Throwable cause = written.cause();
      if (cause instanceof IOException && !(cause instanceof ClosedChannelException)) {
        failed(this, cause);
      } else {
        // The write failed because the channel is closing, and the channel is about to say why.
        channel.eventLoop().execute(() -> failed(this, cause));
      }
    }
  }
}
