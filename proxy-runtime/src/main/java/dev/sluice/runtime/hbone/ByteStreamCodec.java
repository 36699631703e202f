package dev.sluice.runtime.hbone;

import dev.sluice.runtime.netty.StreamEnd;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Makes an HTTP/2 stream a byte channel once the tunnel is open.
///
/// DATA is `ByteBuf`; END_STREAM is a half-close; RST_STREAM with CANCEL or NO_ERROR is the end of
/// the input, with any other code, like a lost connection, a [TunnelReset]. Nothing is read between
/// the head of the tunnel and the first demand of its user, so what the peer sends early stays
/// within the stream's window.
abstract class ByteStreamCodec extends ChannelDuplexHandler {

  private enum Phase {
    /// The peer's head has not arrived.
    HEAD,
    /// It has, and the tunnel is not open yet.
    WAITING,
    OPEN
  }

  private final Deque<ByteBuf> early = new ArrayDeque<>();
  private Phase phase = Phase.HEAD;
  private boolean readWanted;
  private boolean endReceived;
  private boolean endReported;
  private boolean cancelled;
  private boolean resetReported;
  private boolean closedHere;
  private @Nullable ChannelPromise outputEnd;

  /// The peer's head arrived; the stream reads no further until [#opened].
  abstract void head(ChannelHandlerContext context, Http2HeadersFrame frame);

  /// The stream ended before the tunnel was open.
  abstract void endedEarly(ChannelHandlerContext context, @Nullable Http2Error error);

  /// From now on bytes pass.
  final void opened(ChannelHandlerContext context) {
    phase = Phase.OPEN;
    if (readWanted) {
      read(context);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    switch (message) {
      case Http2HeadersFrame frame -> headers(context, frame);
      case Http2DataFrame frame -> data(context, frame);
      default -> ReferenceCountUtil.release(message);
    }
  }

  private void headers(ChannelHandlerContext context, Http2HeadersFrame frame) {
    if (phase == Phase.HEAD) {
      if (isFinal(frame)) {
        phase = Phase.WAITING;
        context.channel().config().setAutoRead(false);
      }
      endReceived = frame.isEndStream();
      head(context, frame);
    } else if (frame.isEndStream()) {
      endOfInput(context);
    }
  }

  /// Whether `frame` is the head, or an informational response before it.
  boolean isFinal(Http2HeadersFrame frame) {
    return true;
  }

  private void data(ChannelHandlerContext context, Http2DataFrame frame) {
    ByteBuf bytes = frame.content();
    boolean passes = phase == Phase.OPEN && early.isEmpty();
    if (!bytes.isReadable()) {
      bytes.release();
    } else if (passes) {
      context.fireChannelRead(bytes);
    } else {
      early.add(bytes);
    }
    if (frame.isEndStream()) {
      endReceived = true;
      if (passes) {
        endOfInput(context);
      }
    }
  }

  private void endOfInput(ChannelHandlerContext context) {
    endReceived = true;
    if (!endReported) {
      endReported = true;
      context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  @Override
  public void read(ChannelHandlerContext context) {
    if (phase == Phase.WAITING) {
      readWanted = true;
      return;
    }
    if (phase == Phase.OPEN) {
      deliverEarly(context);
    }
    context.read();
  }

  private void deliverEarly(ChannelHandlerContext context) {
    if (early.isEmpty() && (!endReceived || endReported)) {
      return;
    }
    ByteBuf bytes = early.poll();
    while (bytes != null) {
      context.fireChannelRead(bytes);
      bytes = early.poll();
    }
    context.fireChannelReadComplete();
    if (endReceived) {
      endOfInput(context);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (!(event instanceof Http2ResetFrame reset)) {
      super.userEventTriggered(context, event);
      return;
    }
    Http2Error error = Http2Error.valueOf(reset.errorCode());
    if (phase != Phase.OPEN) {
      endedEarly(context, error);
    } else if (error == Http2Error.CANCEL || error == Http2Error.NO_ERROR) {
      // What was received before is still to be delivered: the end is reported when it is.
      cancelled = true;
    } else {
      reset(context, "stream reset by peer: " + (error == null ? reset.errorCode() : error));
    }
  }

  private void reset(ChannelHandlerContext context, String message) {
    resetReported = true;
    context.fireExceptionCaught(new TunnelReset(message));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // Failures of the connection come here too; before the tunnel is open, its end tells enough.
    if (phase == Phase.OPEN) {
      resetReported = true;
      context.fireExceptionCaught(cause);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    if (phase != Phase.OPEN) {
      endedEarly(context, null);
    } else if (!closedHere && !resetReported) {
      if (cancelled || endReceived) {
        deliverEarly(context);
        endOfInput(context);
      } else {
        reset(context, "connection lost");
      }
    }
    ByteBuf unread = early.poll();
    while (unread != null) {
      unread.release();
      unread = early.poll();
    }
    super.channelInactive(context);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    switch (message) {
      case ByteBuf bytes -> writeBytes(context, bytes, promise);
      case StreamEnd end -> writeEnd(context, end, promise);
      default -> context.write(message, promise);
    }
  }

  private void writeBytes(ChannelHandlerContext context, ByteBuf bytes, ChannelPromise promise) {
    if (outputEnd != null || phase != Phase.OPEN) {
      bytes.release();
      promise.tryFailure(new ClosedChannelException());
    } else if (!bytes.isReadable()) {
      bytes.release();
      promise.trySuccess();
    } else {
      context.write(new DefaultHttp2DataFrame(bytes), promise);
    }
  }

  private void writeEnd(ChannelHandlerContext context, StreamEnd end, ChannelPromise promise) {
    if (end == StreamEnd.RESET) {
      // RFC 9113 §8.5: an error of the TCP connection is a stream error CONNECT_ERROR.
      context.write(new DefaultHttp2ResetFrame(Http2Error.CONNECT_ERROR), promise);
    } else if (outputEnd != null) {
      complete(promise, outputEnd);
    } else {
      outputEnd = promise;
      context.write(new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true), promise);
    }
  }

  private static void complete(ChannelPromise promise, ChannelPromise with) {
    with.addListener(done -> {
      if (done.isSuccess()) {
        promise.trySuccess();
      } else {
        promise.tryFailure(done.cause());
      }
    });
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    closedHere = true;
    context.close(promise);
  }
}
