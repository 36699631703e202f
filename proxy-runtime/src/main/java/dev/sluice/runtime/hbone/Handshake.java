package dev.sluice.runtime.hbone;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/// Waits for the end of the TLS handshake, then makes the connection HTTP/2 or closes it.
abstract class Handshake extends ChannelInboundHandlerAdapter {

  private boolean done;

  /// The peer is verified and speaks HTTP/2.
  abstract void succeeded(ChannelHandlerContext context);

  /// It is not or does not; the connection is being closed.
  abstract void failed(ChannelHandlerContext context, String reason);

  @Override
  public final void userEventTriggered(ChannelHandlerContext context, Object event)
      throws Exception {
    if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
      super.userEventTriggered(context, event);
      return;
    }
    SslHandler tls = context.pipeline().get(SslHandler.class);
    if (!handshake.isSuccess()) {
      fail(context, reason(handshake.cause()));
    } else if (!ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
      fail(context, "peer does not speak h2");
    } else if (!done) {
      done = true;
      succeeded(context);
      context.pipeline().remove(this);
    }
  }

  private void fail(ChannelHandlerContext context, String reason) {
    if (!done) {
      done = true;
      failed(context, reason);
      context.close();
    }
  }

  @Override
  public final void channelInactive(ChannelHandlerContext context) throws Exception {
    fail(context, "connection closed");
    super.channelInactive(context);
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(context, reason(cause));
  }

  /// The innermost message: the outer ones say that something failed, not what.
  private static String reason(Throwable failure) {
    Throwable innermost = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      innermost = cause;
    }
    String message = innermost.getMessage();
    return message == null ? innermost.getClass().getSimpleName() : message;
  }
}
