package dev.sluice.waypoint.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// An application that answers with what it got, over HTTP/1.1 or HTTP/2 as the first byte says;
/// with oddities on request.
public final class EchoApp {

  private static final int LARGEST = 64 * 1024 * 1024;

  public final String name;
  public final AtomicInteger connections = new AtomicInteger();
  public final Queue<String> seen = new ConcurrentLinkedQueue<>();

  public EchoApp(String name) {
    this.name = name;
  }

  /// Serves a tunnel at its inner end.
  public void serve(Channel channel) {
    connections.incrementAndGet();
    channel.pipeline().addLast(new Detect());
    channel.config().setAutoRead(true);
  }

  private final class Detect extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      var pipeline = ctx.pipeline();
      byte[] start = new byte[3];
      ((ByteBuf) message).getBytes(((ByteBuf) message).readerIndex(), start);
      if (new String(start, StandardCharsets.US_ASCII).equals("PRI")) {
        pipeline.addLast(Http2FrameCodecBuilder.forServer().build());
        pipeline.addLast(
            new Http2MultiplexHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(true));
                    stream.pipeline().addLast(new HttpObjectAggregator(LARGEST));
                    stream.pipeline().addLast(new Answer("h2"));
                  }
                }));
        pipeline.addLast(new Answer("h2"));
      } else {
        pipeline.addLast(new HttpServerCodec());
        pipeline.addLast(new HttpObjectAggregator(LARGEST));
        pipeline.addLast(new Answer("h1"));
      }
      ctx.fireChannelRead(message);
      ctx.fireChannelReadComplete();
      pipeline.remove(this);
    }
  }

  private final class Answer extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final String protocol;

    Answer(String protocol) {
      this.protocol = protocol;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      seen.add(request.method() + " " + request.uri());
      String raw = request.headers().get("x-raw-response");
      if (raw != null) {
        String bytes = raw.replace("\\r", "\r").replace("\\n", "\n");
        var codec = ctx.pipeline().context(HttpServerCodec.class);
        codec
            .writeAndFlush(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1))
            .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        return;
      }
      String drop = request.headers().get("x-drop");
      if (drop != null) {
        ctx.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        return;
      }
      var response = echo(request);
      int delay = request.headers().getInt("x-delay", 0);
      ctx.executor()
          .schedule(
              () -> ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE_ON_FAILURE),
              delay,
              TimeUnit.MILLISECONDS);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    private DefaultFullHttpResponse echo(FullHttpRequest request) {
      var text = new StringBuilder(name + " " + protocol + " ");
      text.append(request.method()).append(' ').append(request.uri()).append('\n');
      request
          .headers()
          .forEach(header ->
              text.append(header.getKey().toLowerCase(Locale.ROOT))
                  .append(": ")
                  .append(header.getValue())
                  .append('\n'));
      text.append('\n');
      ByteBuf body =
          Unpooled.wrappedBuffer(
              Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), request.content().retain());
      var response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              HttpResponseStatus.valueOf(request.headers().getInt("x-status", 200)),
              body);
      response.headers().set("x-app", name).set("x-envoy-upstream", "1").set("keep-alive", "5");
      if (request.headers().contains("x-want-trailers")) {
        response.trailingHeaders().set("grpc-status", "0");
      } else {
        HttpUtil.setContentLength(response, body.readableBytes());
      }
      return response;
    }
  }
}
