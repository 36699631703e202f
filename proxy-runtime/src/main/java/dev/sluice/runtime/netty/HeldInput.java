package dev.sluice.runtime.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.NotYetConnectedException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Keeps what a socket receives until somebody is there to take it.
///
/// Without auto-read, epoll still reads a buffer when the peer sends FIN, and reports the end and
/// errors: on a connection that waits for its other half they would be lost. Holds no more than
/// that.
public final class HeldInput extends ChannelInboundHandlerAdapter {

  private static final String NAME = "held";

  private final Deque<Object> messages = new ArrayDeque<>();
  private final Deque<Object> events = new ArrayDeque<>();
  private @Nullable Throwable failure;

  private HeldInput() {}

  /// Stops reading from `channel` and holds what arrives all the same; call while it is
  /// initialised.
  public static void hold(Channel channel) {
    channel.config().setAutoRead(false);
    channel.pipeline().addLast(NAME, new HeldInput());
  }

  /// The handler of a dial whose channel is held until it is joined.
  public static ChannelHandler initializer() {
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        hold(channel);
      }
    };
  }

  /// Passes what was held to the handlers added since; does nothing when nothing holds. Reading
  /// stays off. Call on the event loop.
  public static void release(Channel channel) {
    ChannelPipeline pipeline = channel.pipeline();
    if (pipeline.get(NAME) instanceof HeldInput held) {
      pipeline.remove(held);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    messages.add(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    // Follows the messages when they are released.
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    events.add(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // Epoll tells of a hang-up as soon as a socket is registered, and reading one that is still
    // dialled fails. How the dial ends is told by its future.
    if (!(cause instanceof NotYetConnectedException)) {
      failure = cause;
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    boolean isClosed = !context.channel().isOpen();
    boolean any = !messages.isEmpty();
    while (!messages.isEmpty()) {
      Object message = messages.remove();
      if (isClosed) {
        ReferenceCountUtil.release(message);
      } else {
        context.fireChannelRead(message);
      }
    }
    if (any && !isClosed) {
      context.fireChannelReadComplete();
    }
    while (!events.isEmpty()) {
      context.fireUserEventTriggered(events.remove());
    }
    if (failure != null) {
      context.fireExceptionCaught(failure);
    }
  }
}
