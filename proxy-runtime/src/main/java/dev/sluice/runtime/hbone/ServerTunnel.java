package dev.sluice.runtime.hbone;

import dev.sluice.engine.policy.Peer;
import dev.sluice.runtime.tls.PeerIdentity;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One CONNECT a peer sent, from its head to the end of its bytes.
final class ServerTunnel extends ByteStreamCodec implements IncomingTunnel {

  private static final Logger LOG = LoggerFactory.getLogger(ServerTunnel.class);
  private static final int BAD_REQUEST = 400;
  private static final int UNAVAILABLE = 503;

  private final TunnelAcceptor acceptor;
  private final Channel stream;
  private final Channel connection;
  private @Nullable ChannelHandlerContext context;
  private Http2Headers request = new DefaultHttp2Headers();
  private boolean answered;

  ServerTunnel(TunnelAcceptor acceptor, Channel stream) {
    this.acceptor = acceptor;
    this.stream = stream;
    this.connection = stream.parent();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  void head(ChannelHandlerContext current, Http2HeadersFrame frame) {
    request = frame.headers();
    String problem = problem(request);
    if (problem != null) {
      refuse(BAD_REQUEST, problem);
      return;
    }
    try {
      acceptor.accept(this);
    } catch (RuntimeException e) {
      // Fail closed: a tunnel nobody could decide on is not opened.
      LOG.error("cannot decide on the tunnel to `{}`", authority(), e);
      refuse(UNAVAILABLE, "internal error");
    }
  }

  /// RFC 9113 §8.5: CONNECT names an authority and neither scheme nor path.
  private static @Nullable String problem(Http2Headers head) {
    if (head.method() == null || !"CONNECT".contentEquals(head.method())) {
      return "method is not CONNECT";
    }
    if (head.scheme() != null || head.path() != null || head.contains(":protocol")) {
      return "CONNECT with scheme, path or protocol";
    }
    return head.authority() == null || head.authority().isEmpty() ? "no authority" : null;
  }

  @Override
  void endedEarly(ChannelHandlerContext current, @Nullable Http2Error error) {
    if (!answered && error != null) {
      connection.pipeline().fireUserEventTriggered(ServerConnection.Abandoned.TUNNEL);
    }
    // The acceptor learns of it by the channel; an answer would go nowhere.
    answered = true;
  }

  @Override
  public Peer peer() {
    return PeerIdentity.of(connection);
  }

  @Override
  public InetSocketAddress remote() {
    return (InetSocketAddress) connection.remoteAddress();
  }

  @Override
  public InetSocketAddress local() {
    return (InetSocketAddress) connection.localAddress();
  }

  @Override
  public String authority() {
    return String.valueOf(request.authority());
  }

  @Override
  public List<Map.Entry<String, String>> headers() {
    return HeaderLists.of(request);
  }

  @Override
  public Channel channel() {
    return stream;
  }

  @Override
  public void accept(Map<String, String> extraHeaders) {
    ChannelHandlerContext current = context;
    if (current == null || !mayAnswer()) {
      return;
    }
    Http2Headers head = new DefaultHttp2Headers().status("200");
    extraHeaders.forEach(head::add);
    current.writeAndFlush(new DefaultHttp2HeadersFrame(head, false));
    opened(current);
  }

  @Override
  public void refuse(int status, String responseFlag) {
    ChannelHandlerContext current = context;
    if (current == null || !mayAnswer()) {
      return;
    }
    LOG.debug("refuse tunnel to `{}` with {}: {}", authority(), status, responseFlag);
    Http2Headers head = new DefaultHttp2Headers().status(Integer.toString(status));
    current.write(new DefaultHttp2HeadersFrame(head, true));
    // RFC 9113 §8.1: the answer is complete, and what the peer still sends is not wanted.
    current
        .writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private boolean mayAnswer() {
    boolean first = !answered && stream.isActive();
    answered = true;
    return first;
  }
}
