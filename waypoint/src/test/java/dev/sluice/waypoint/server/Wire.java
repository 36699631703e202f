package dev.sluice.waypoint.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/// A client's end of a tunnel, as bytes.
public final class Wire extends ChannelInboundHandlerAdapter {

  private final Channel channel;
  private final StringBuilder received = new StringBuilder();
  private volatile boolean ended;

  public Wire(Channel channel) {
    this.channel = channel;
    channel.pipeline().addLast(this);
    channel.config().setAutoRead(true);
  }

  /// A response: status, header lines, body as sent.
  public record Reply(int status, List<String> lines, String body) {
    public String header(String name) {
      String start = name.toLowerCase(Locale.ROOT) + ": ";
      return lines.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
          .map(line -> line.substring(start.length()))
          .findFirst()
          .orElse("");
    }

    /// What the application saw of a header; empty when it saw none.
    public String seen(String name) {
      for (String line : body.split("\n", -1)) {
        if (line.startsWith(name + ": ")) {
          return line.substring(name.length() + 2);
        }
      }
      return "";
    }
  }

  private synchronized void append(String bytes) {
    received.append(bytes);
  }

  private synchronized String text() {
    return received.toString();
  }

  public Channel channel() {
    return channel;
  }

  public void send(String bytes) {
    channel
        .writeAndFlush(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1))
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  public String await(Predicate<String> enough) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> enough.test(text()) || ended);
    return text();
  }

  public String awaitEnd() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> ended);
    return text();
  }

  public boolean hasEnded() {
    return ended;
  }

  /// Sends a request that closes the connection and reads the answer.
  public Reply ask(String method, String target, String... headers) {
    var request = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    boolean hosted = false;
    for (int i = 0; i < headers.length; i += 2) {
      request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
      hosted |= headers[i].equalsIgnoreCase("host");
    }
    request.append(hosted ? "" : "Host: api.shop\r\n").append("Connection: close\r\n\r\n");
    send(request.toString());
    return reply(awaitEnd());
  }

  public Reply exchange(String bytes) {
    send(bytes);
    return reply(awaitEnd());
  }

  public static Reply reply(String text) {
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      throw new IllegalStateException("no response: `" + text + "`");
    }
    List<String> lines = new ArrayList<>(List.of(text.substring(0, end).split("\r\n", -1)));
    int status = Integer.parseInt(lines.removeFirst().substring(9, 12));
    return new Reply(status, lines, text.substring(end + 4));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes) {
      append(bytes.toString(StandardCharsets.ISO_8859_1));
      bytes.release();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    ended |= event instanceof ChannelInputShutdownEvent;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ended = true;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ended = true;
  }
}
