package dev.sluice.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// Clients on one event loop that each send a request, wait for the whole response and send the
/// next.
final class ClosedLoop {

  private static final int MOST_SAMPLES = 4_000_000;
  private static final byte[] REQUEST =
      "GET /orders/7?expand=lines HTTP/1.1\r\nhost: api.shop\r\nuser-agent: load\r\naccept: */*\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final long[] samples = new long[MOST_SAMPLES];
  private volatile int taken;
  private volatile boolean measuring;

  void add(Channel tunnel) {
    tunnel.pipeline().addLast(new Client());
    tunnel.config().setAutoRead(true);
    send(tunnel);
  }

  /// Forgets what was warm-up.
  void measure() {
    taken = 0;
    measuring = true;
  }

  String result(int seconds) {
    measuring = false;
    int count = taken;
    long[] sorted = Arrays.copyOf(samples, count);
    Arrays.sort(sorted);
    return String.format(
        Locale.ROOT,
        "%.0f requests/s, p50 %.2f ms, p99 %.2f ms, max %.2f ms",
        (double) count / seconds,
        at(sorted, 0.5),
        at(sorted, 0.99),
        at(sorted, 1));
  }

  private static double at(long[] sorted, double quantile) {
    int last = sorted.length - 1;
    return last < 0 ? Double.NaN : sorted[(int) (last * quantile)] / 1e6;
  }

  private static void send(Channel tunnel) {
    tunnel
        .writeAndFlush(Unpooled.wrappedBuffer(REQUEST))
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  private final class Client extends ChannelInboundHandlerAdapter {
    private final StringBuilder head = new StringBuilder();
    private long begun = System.nanoTime();
    private int left = -1;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      if (left < 0) {
        readHead(bytes);
      }
      if (left >= 0) {
        int size = Math.min(left, bytes.readableBytes());
        bytes.skipBytes(size);
        left -= size;
        if (left == 0) {
          complete(ctx);
        }
      }
      bytes.release();
    }

    private void readHead(ByteBuf bytes) {
      while (bytes.isReadable() && left < 0) {
        head.append((char) bytes.readByte());
        int length = head.length();
        if (length >= 4 && head.substring(length - 4).equals("\r\n\r\n")) {
          String text = head.toString();
          if (!text.startsWith("HTTP/1.1 200")) {
            throw new IllegalStateException(text);
          }
          int start = text.indexOf("content-length: ") + "content-length: ".length();
          left = Integer.parseInt(text.substring(start, text.indexOf('\r', start)));
          head.setLength(0);
        }
      }
    }

    private void complete(ChannelHandlerContext ctx) {
      left = -1;
      long now = System.nanoTime();
      int index = taken;
      if (measuring && index < MOST_SAMPLES) {
        samples[index] = now - begun;
        taken = index + 1;
      }
      begun = now;
      send(ctx.channel());
    }
  }
}
