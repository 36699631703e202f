package dev.sluice.runtime.hbone;

import dev.sluice.runtime.netty.Listeners;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.runtime.tls.ServerTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// A listener for HBONE connections.
public final class HboneServer implements AutoCloseable {

  /// What binding brought.
  public sealed interface Bound {

    /// It listens.
    record Listening(HboneServer server) implements Bound {}

    /// The address cannot be bound.
    record Failed(InetSocketAddress address, String reason) implements Bound {}
  }

  private final Channel listener;
  private final ServerInitializer connections;

  private HboneServer(Channel listener, ServerInitializer connections) {
    this.listener = listener;
    this.connections = connections;
  }

  /// Binds `address` (port 0 picks one) and waits for it; not for an event loop.
  ///
  /// `tls` is asked once per accepted connection, so a renewed certificate takes effect at once.
  public static Bound bind(
      Transport transport,
      InetSocketAddress address,
      Supplier<SslContext> tls,
      TunnelAcceptor acceptor,
      HboneSettings settings) {
    ServerTls always = () -> CompletableFuture.completedStage(new ServerTls.Offer.Ready(tls.get()));
    return bind(transport, address, always, acceptor, settings);
  }

  /// The same where a connection may have to wait for a certificate, as long as for a handshake.
  public static Bound bind(
      Transport transport,
      InetSocketAddress address,
      ServerTls tls,
      TunnelAcceptor acceptor,
      HboneSettings settings) {
    ChannelGroup open = new DefaultChannelGroup("hbone", GlobalEventExecutor.INSTANCE, true);
    ServerInitializer initializer = new ServerInitializer(tls, acceptor, settings, open);
    ChannelFuture bound =
        transport.bootstrapServer().childHandler(initializer).bind(address).awaitUninterruptibly();
    return bound.isSuccess()
        ? new Bound.Listening(new HboneServer(bound.channel(), initializer))
        : new Bound.Failed(address, String.valueOf(bound.cause().getMessage()));
  }

  /// Where it listens.
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /// Hands the listener over, sends every connection a graceful GOAWAY and lets its streams end;
  /// the future completes when the last connection is gone.
  public Future<Void> drain() {
    Promise<Void> gone = GlobalEventExecutor.INSTANCE.newPromise();
    connections.drain();
    Listeners.retire(listener)
        .addListener(closed -> connections.closed().addListener(done -> gone.setSuccess(null)));
    return gone;
  }

  /// Stops listening and closes every connection at once.
  @Override
  public void close() {
    listener.close();
    connections.close();
  }
}
