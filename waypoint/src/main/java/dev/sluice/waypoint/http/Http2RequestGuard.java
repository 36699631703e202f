package dev.sluice.waypoint.http;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Refuses malformed HTTP/2 requests on a stream before they become HTTP objects: a stream error
/// PROTOCOL_ERROR. Trailers pass without their fields. Source: RFC 9113 §8.1.1, §8.2, §8.3.1.
public final class Http2RequestGuard extends ChannelInboundHandlerAdapter {

  private static final Set<String> REQUEST_PSEUDO =
      Set.of(":method", ":scheme", ":authority", ":path");
  private static final Set<String> CONNECTION_SPECIFIC =
      Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

  private enum State {
    HEAD,
    BODY,
    DONE,
    BROKEN
  }

  private State state = State.HEAD;
  private long declared = -1;
  private long received;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    boolean fine =
        switch (message) {
          case Http2HeadersFrame frame -> acceptsHeaders(frame);
          case Http2DataFrame frame -> acceptsData(frame);
          default -> state != State.BROKEN;
        };
    if (fine) {
      ctx.fireChannelRead(message);
      return;
    }
    ReferenceCountUtil.release(message);
    if (state != State.BROKEN) {
      state = State.BROKEN;
      ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.PROTOCOL_ERROR))
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
  }

  private boolean acceptsHeaders(Http2HeadersFrame frame) {
    return switch (state) {
      case HEAD -> {
        state = frame.isEndStream() ? State.DONE : State.BODY;
        yield isWellFormed(frame.headers())
            && readsLength(frame.headers())
            && (!frame.isEndStream() || declared <= 0);
      }
      case BODY -> {
        boolean trailers = frame.isEndStream() && hasNoPseudo(frame.headers());
        frame.headers().clear();
        state = trailers ? State.DONE : state;
        yield trailers && (declared < 0 || declared == received);
      }
      case DONE, BROKEN -> false;
    };
  }

  private boolean acceptsData(Http2DataFrame frame) {
    if (state != State.BODY) {
      return false;
    }
    received += frame.content().readableBytes();
    if (frame.isEndStream()) {
      state = State.DONE;
      return declared < 0 || declared == received;
    }
    return declared < 0 || received <= declared;
  }

  private static boolean hasNoPseudo(Http2Headers headers) {
    for (CharSequence name : headers.names()) {
      if (!name.isEmpty() && name.charAt(0) == ':') {
        return false;
      }
    }
    return true;
  }

  private boolean readsLength(Http2Headers headers) {
    List<CharSequence> lengths = headers.getAll("content-length");
    if (lengths.isEmpty()) {
      return true;
    }
    String text = lengths.getFirst().toString();
    boolean valid =
        lengths.size() == 1
            && !text.isEmpty()
            && text.length() <= 18
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    declared = valid ? Long.parseLong(text) : -1;
    return valid;
  }

  private static boolean isWellFormed(Http2Headers headers) {
    Set<String> pseudo = new HashSet<>();
    boolean regularSeen = false;
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      String name = header.getKey().toString();
      if (!HeaderChars.isValue(header.getValue())) {
        return false;
      }
      if (name.startsWith(":")) {
        if (regularSeen || !REQUEST_PSEUDO.contains(name) || !pseudo.add(name)) {
          return false;
        }
      } else {
        regularSeen = true;
        if (!isFieldName(name) || !isAllowed(name, header.getValue())) {
          return false;
        }
      }
    }
    return hasTarget(headers) && hasOneAuthority(headers);
  }

  private static boolean isFieldName(String name) {
    return HeaderChars.isToken(name) && name.chars().noneMatch(c -> c >= 'A' && c <= 'Z');
  }

  private static boolean isAllowed(String name, CharSequence value) {
    return !CONNECTION_SPECIFIC.contains(name)
        && !(name.equals("te") && !value.toString().equals("trailers"));
  }

  private static boolean hasTarget(Http2Headers headers) {
    CharSequence method = headers.method();
    CharSequence path = headers.path();
    if (method == null || !HeaderChars.isToken(method)) {
      return false;
    }
    if (method.toString().equals("CONNECT")) {
      // Answered with 405 by the inspection; the codec needs a path for it.
      headers.path("*");
      headers.scheme("http");
      return path == null;
    }
    return headers.scheme() != null
        && path != null
        && !path.isEmpty()
        && path.chars().allMatch(HeaderChars::isTargetChar);
  }

  /// `:authority` and `host`, when both are sent, say the same; `:authority` is what remains.
  private static boolean hasOneAuthority(Http2Headers headers) {
    List<CharSequence> hosts = headers.getAll("host");
    CharSequence authority = headers.authority();
    if (hosts.size() > 1 || (hosts.isEmpty() && authority == null)) {
      return false;
    }
    if (hosts.isEmpty()) {
      return true;
    }
    String host = hosts.getFirst().toString();
    headers.remove("host");
    if (authority == null) {
      headers.authority(host);
      return true;
    }
    return authority.toString().equalsIgnoreCase(host);
  }
}
