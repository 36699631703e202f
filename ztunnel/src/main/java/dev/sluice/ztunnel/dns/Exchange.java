package dev.sluice.ztunnel.dns;

import dev.sluice.ztunnel.dns.Upstream.Attempt;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One query to one server over one socket: sent when the socket is connected, answered once, and
/// the socket closed.
final class Exchange extends ChannelInboundHandlerAdapter {

  /// What a message is worth that does not answer the query.
  enum Stray {
    /// Anybody may have sent it, so the answer may still come.
    IGNORED,
    /// The server itself sent it.
    FATAL
  }

  private final DnsQuery query;
  private final int id;
  private final Stray stray;
  private final Consumer<Attempt> then;
  private @Nullable Future<?> limit;
  private @Nullable ChannelHandlerContext socket;
  private boolean isOver;

  Exchange(DnsQuery query, int id, Stray stray, Consumer<Attempt> then) {
    this.query = query;
    this.id = id;
    this.stray = stray;
    this.then = then;
  }

  void limit(EventLoop loop, Duration patience) {
    limit =
        loop.schedule(
            () -> failed("no answer in time"), patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  void failed(String reason) {
    end(new Attempt.Failed(reason));
  }

  private void end(Attempt attempt) {
    if (isOver) {
      return;
    }
    isOver = true;
    if (limit != null) {
      limit.cancel(false);
    }
    if (socket != null) {
      socket.close();
    }
    then.accept(attempt);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    socket = context;
    if (context.channel().isActive()) {
      channelActive(context);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (isOver) {
      context.close();
      return;
    }
    context
        .writeAndFlush(MessageWriter.onward(context.alloc(), query, id))
        .addListener(sent -> {
          Throwable cause = sent.cause();
          if (cause != null) {
            failed(String.valueOf(cause.getMessage()));
          }
        });
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      ByteBuf content = message instanceof ByteBufHolder held ? held.content() : (ByteBuf) message;
      Reply.to(query, id, ByteBufUtil.getBytes(content))
          .ifPresentOrElse(reply -> end(new Attempt.Answered(reply)), this::strayed);
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void strayed() {
    switch (stray) {
      case IGNORED -> {}
      case FATAL -> failed("not the answer to the query");
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    failed("closed by the server");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    failed(String.valueOf(cause.getMessage()));
  }
}
