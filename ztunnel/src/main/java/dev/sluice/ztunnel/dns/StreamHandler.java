package dev.sluice.ztunnel.dns;

import dev.sluice.runtime.telemetry.DnsMetrics;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.timeout.IdleStateEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes queries that come on a stream, several at a time, and answers each when it can.
final class StreamHandler extends SimpleChannelInboundHandler<ByteBuf> {

  /// Queries of one stream under way, at most: then nothing is read. Source: ztunnel's DNS proxy.
  static final int MOST_QUERIES = 32;

  private static final Logger LOG = LoggerFactory.getLogger(StreamHandler.class);

  private final WorkloadResolver resolver;
  private int underWay;
  private boolean isEnding;

  StreamHandler(WorkloadResolver resolver) {
    this.resolver = resolver;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
    switch (DnsQuery.parse(message)) {
      // Whoever sends what is no query will not send one next.
      case DnsQuery.Parsed.Ignored() -> context.close();
      case DnsQuery.Parsed.Refused refused ->
          context.writeAndFlush(MessageWriter.refusal(context.alloc(), refused));
      case DnsQuery.Parsed.Asked(var query) -> {
        underWay++;
        readOrNot(context);
        var request =
            new WorkloadResolver.Request(
                query,
                DnsMetrics.Protocol.TCP,
                context.alloc(),
                answer -> context.executor().execute(() -> answered(context, answer)));
        resolver.loop().execute(() -> resolver.answer(request));
      }
    }
  }

  private void answered(ChannelHandlerContext context, ByteBuf answer) {
    underWay--;
    var written = context.writeAndFlush(answer);
    readOrNot(context);
    if (isEnding && underWay == 0) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  // A client that does not take its answers may not ask for more of them.
  private void readOrNot(ChannelHandlerContext context) {
    boolean hasRoom = underWay < MOST_QUERIES && context.channel().isWritable();
    context.channel().config().setAutoRead(hasRoom);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    readOrNot(context);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    switch (event) {
      case ChannelInputShutdownEvent _ -> {
        isEnding = true;
        if (underWay == 0) {
          context.close();
        }
      }
      // A forwarded query has a limit of its own.
      case IdleStateEvent _ when underWay == 0 -> context.close();
      default -> context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("a DNS stream failed", cause);
    context.close();
  }
}
