package dev.sluice.waypoint.server;

import dev.sluice.waypoint.server.Downstream.Reuse;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

/// What has to be remembered of a request head before headers of one connection only are removed
/// from it.
record RequestShape(
    HttpMethod method, Body body, Reuse wanted, Expectation expectation, Kind kind) {

  /// How the body is delimited.
  enum Body {
    NONE,
    SIZED,
    CHUNKED
  }

  /// Whether the client waits for leave to send the body.
  enum Expectation {
    NONE,
    CONTINUE
  }

  /// What metrics call the request.
  enum Kind {
    HTTP,
    GRPC
  }

  static final RequestShape EMPTY =
      new RequestShape(HttpMethod.GET, Body.NONE, Reuse.END, Expectation.NONE, Kind.HTTP);

  static RequestShape of(HttpRequest head) {
    boolean sized = HttpUtil.getContentLength(head, 0L) > 0;
    boolean chunked = HttpUtil.isTransferEncodingChunked(head);
    String type = head.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    return new RequestShape(
        head.method(),
        chunked ? Body.CHUNKED : sized ? Body.SIZED : Body.NONE,
        HttpUtil.isKeepAlive(head) ? Reuse.KEEP : Reuse.END,
        head.headers().contains(HttpHeaderNames.EXPECT) ? Expectation.CONTINUE : Expectation.NONE,
        type.startsWith("application/grpc") ? Kind.GRPC : Kind.HTTP);
  }

  boolean hasBody() {
    return body != Body.NONE;
  }

  boolean expectsContinue() {
    return expectation == Expectation.CONTINUE && hasBody();
  }

  boolean isGrpc() {
    return kind == Kind.GRPC;
  }

  /// The head for the endpoint, with the edited headers.
  HttpRequest outgoing(HttpRequest head, String target) {
    if (body == Body.NONE) {
      return new DefaultFullHttpRequest(
          HttpVersion.HTTP_1_1,
          method,
          target,
          Unpooled.EMPTY_BUFFER,
          head.headers(),
          EmptyHttpHeaders.INSTANCE);
    }
    if (body == Body.CHUNKED) {
      head.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
      head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    return new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, target, head.headers());
  }

  /// Trailers of requests are dropped: no policy saw them.
  HttpContent withoutTrailers(HttpContent content) {
    boolean plain = !(content instanceof LastHttpContent last) || last.trailingHeaders().isEmpty();
    return plain ? content : new DefaultLastHttpContent(content.content());
  }
}
