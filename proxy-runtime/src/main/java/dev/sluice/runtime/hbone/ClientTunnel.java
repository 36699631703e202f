package dev.sluice.runtime.hbone;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One CONNECT we send, from its head to the end of its bytes.
final class ClientTunnel extends ByteStreamCodec {

  static final AttributeKey<List<Map.Entry<String, String>>> RESPONSE =
      AttributeKey.valueOf(ClientTunnel.class, "response");

  private final Opening opening;
  private final ClientConnection connection;
  private @Nullable ScheduledFuture<?> timeout;
  private boolean goneAway;
  private boolean settled;

  ClientTunnel(Opening opening, ClientConnection connection) {
    this.opening = opening;
    this.connection = connection;
  }

  /// Sends the head; the answer, or its absence, settles the opening.
  void start(ChannelHandlerContext context) {
    Http2Headers head = new DefaultHttp2Headers().method("CONNECT");
    head.authority(opening.head().authority());
    for (Map.Entry<String, String> header : opening.head().headers()) {
      head.add(header.getKey(), header.getValue());
    }
    timeout =
        context
            .executor()
            .schedule(
                () -> fail(context, new TunnelFailure.ResponseTimedOut(connection.address())),
                connection.settings().timeouts().response().toNanos(),
                TimeUnit.NANOSECONDS);
    context
        .writeAndFlush(new DefaultHttp2HeadersFrame(head, false))
        .addListener(sent -> {
          if (!sent.isSuccess()) {
            // For example when the connection has used up its stream ids.
            connection.retire();
            retryOrFail(context, String.valueOf(sent.cause().getMessage()));
          }
        });
  }

  @Override
  boolean isFinal(Http2HeadersFrame frame) {
    CharSequence status = frame.headers().status();
    return status == null || status.length() == 0 || status.charAt(0) != '1';
  }

  @Override
  void head(ChannelHandlerContext context, Http2HeadersFrame frame) {
    if (!isFinal(frame)) {
      return;
    }
    int status = status(frame.headers().status());
    if (status != 200) {
      fail(context, new TunnelFailure.Refused(status));
    } else if (settle()) {
      context.channel().attr(RESPONSE).set(HeaderLists.of(frame.headers()));
      opened(context);
      opening.succeed(context.channel());
    }
  }

  private static int status(@Nullable CharSequence text) {
    boolean digits = text != null && text.length() == 3 && text.chars().allMatch(c -> c <= '9');
    return digits ? Integer.parseInt(String.valueOf(text)) : 0;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof Http2GoAwayFrame) {
      // Our stream is above the last one the peer will serve; the stream is closed next.
      goneAway = true;
      ReferenceCountUtil.release(event);
    } else {
      super.userEventTriggered(context, event);
    }
  }

  @Override
  void endedEarly(ChannelHandlerContext context, @Nullable Http2Error error) {
    if (settled) {
      return;
    }
    if (error == Http2Error.REFUSED_STREAM) {
      connection.full();
      retryOrFail(context, "stream refused");
    } else if (error != null) {
      fail(context, lost("stream reset: " + error));
    } else if (goneAway) {
      retryOrFail(context, "peer is going away");
    } else {
      fail(context, connection.lossOf());
    }
  }

  private TunnelFailure lost(String reason) {
    return new TunnelFailure.ConnectionLost(connection.address(), reason);
  }

  /// RFC 9113 §8.7: the peer did not process the request, so another connection may carry it.
  private void retryOrFail(ChannelHandlerContext context, String reason) {
    if (!opening.mayTryAgain()) {
      fail(context, lost(reason));
    } else if (settle()) {
      context.close();
      connection.tryElsewhere(opening);
    }
  }

  private void fail(ChannelHandlerContext context, TunnelFailure failure) {
    if (settle()) {
      opening.fail(failure);
      context.close();
    }
  }

  private boolean settle() {
    boolean first = !settled;
    settled = true;
    if (timeout != null) {
      timeout.cancel(false);
    }
    return first;
  }
}
