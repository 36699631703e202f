package dev.sluice.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;

/// A workload that answers every HTTP/1.1 request without a body with the same 1 KiB; it looks only
/// for the end of heads.
final class LoadApp extends ChannelInboundHandlerAdapter {

  private static final ByteBuf RESPONSE =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer()
              .writeBytes(
                  ("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 1024\r\n\r\n"
                          + "x".repeat(1024))
                      .getBytes(StandardCharsets.US_ASCII)));

  private int matched;

  private LoadApp() {}

  static void serve(Channel channel) {
    channel.pipeline().addLast(new LoadApp());
    channel.config().setAutoRead(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    while (bytes.isReadable()) {
      byte b = bytes.readByte();
      boolean expected = b == (matched % 2 == 0 ? '\r' : '\n');
      matched = expected ? matched + 1 : b == '\r' ? 1 : 0;
      if (matched == 4) {
        matched = 0;
        ctx.write(RESPONSE.duplicate()).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
      }
    }
    bytes.release();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }
}
