package dev.sluice.ztunnel.dns;

import dev.sluice.runtime.netty.Sockets;
import dev.sluice.runtime.netty.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Consumer;

/// Asks upstream servers, from the sockets of the workload that asks.
///
/// Every attempt has an identifier and a socket of its own, connected to the server: whoever wants
/// to answer in its place has to guess both the identifier and the port, for each attempt anew.
final class Upstream {

  /// Bytes of a length before a message on a stream.
  static final int LENGTH_BYTES = 2;

  private static final int MOST_MESSAGE_BYTES = 65_535;
  private static final int IDENTIFIERS = 1 << 16;

  /// What became of one attempt.
  sealed interface Attempt {

    /// The server answered, whatever it said.
    record Answered(Reply reply) implements Attempt {}

    /// It did not, for this reason.
    record Failed(String reason) implements Attempt {}
  }

  private final EventLoop loop;
  private final Sockets sockets;
  private final Duration patience;
  private final SecureRandom identifiers = new SecureRandom();

  /// @param patience how long an attempt may take
  Upstream(EventLoop loop, Sockets sockets, Duration patience) {
    this.loop = loop;
    this.sockets = sockets;
    this.patience = patience;
  }

  /// Asks by datagram, and by stream when the answer does not fit into one; `then` is called once,
  /// on the event loop.
  void ask(InetSocketAddress server, DnsQuery query, Consumer<Attempt> then) {
    var exchange =
        exchange(
            query,
            Exchange.Stray.IGNORED,
            attempt -> {
              if (attempt instanceof Attempt.Answered(var reply) && reply.isTruncated()) {
                askByStream(server, query, attempt, then);
              } else {
                then.accept(attempt);
              }
            });
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(() -> sockets.datagrams(server.getAddress()))
            .option(
                ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(Edns.MOST_PAYLOAD))
            .handler(exchange);
    start(bootstrap, server, exchange);
  }

  private void askByStream(
      InetSocketAddress server, DnsQuery query, Attempt truncated, Consumer<Attempt> then) {
    // Half an answer that says so is better than none.
    var exchange =
        exchange(
            query,
            Exchange.Stray.FATAL,
            attempt -> then.accept(attempt instanceof Attempt.Failed ? truncated : attempt));
    Bootstrap bootstrap =
        Transport.bootstrapClient(loop, sockets, server.getAddress())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(patience.toMillis()))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new LengthFieldBasedFrameDecoder(
                                LENGTH_BYTES + MOST_MESSAGE_BYTES,
                                0,
                                LENGTH_BYTES,
                                0,
                                LENGTH_BYTES),
                            new LengthFieldPrepender(LENGTH_BYTES),
                            exchange);
                  }
                });
    start(bootstrap, server, exchange);
  }

  private Exchange exchange(DnsQuery query, Exchange.Stray stray, Consumer<Attempt> then) {
    return new Exchange(query, identifiers.nextInt(IDENTIFIERS), stray, then);
  }

  private void start(Bootstrap bootstrap, InetSocketAddress server, Exchange exchange) {
    exchange.limit(loop, patience);
    bootstrap
        .connect(server)
        .addListener((ChannelFuture connected) -> {
          Throwable cause = connected.cause();
          if (cause != null) {
            // There may have been no socket at all, and then this is no event loop.
            loop.execute(() -> exchange.failed(String.valueOf(cause.getMessage())));
          }
        });
  }
}
