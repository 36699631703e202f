package dev.sluice.runtime.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// One TCP connection to be made: where to, with whose sockets, and under which source address.
public record Dial(Sockets sockets, InetSocketAddress destination, Source source) {

  private static final int SOL_IPV6 = 41;
  private static final int IPV6_TRANSPARENT = 75;
  private static final ChannelOption<Integer> TRANSPARENT_V6 =
      new IntegerUnixChannelOption("IPV6_TRANSPARENT", SOL_IPV6, IPV6_TRANSPARENT);

  /// The source address of a connection.
  public sealed interface Source {

    /// The kernel chooses.
    record Any() implements Source {}

    /// One of the addresses of the namespace.
    record Own(InetAddress address) implements Source {}

    /// The address of another host, whose answers are led back here; needs CAP_NET_ADMIN.
    record Borrowed(InetAddress address) implements Source {}
  }

  /// From the process's own sockets, the kernel choosing the source.
  public static Dial to(InetSocketAddress destination) {
    return new Dial(Sockets.own(), destination, new Source.Any());
  }

  /// Connects; the future completes on `loop`, also when there was not even a socket.
  public Future<Channel> connect(EventLoop loop, ChannelHandler handler) {
    Promise<Channel> result = loop.newPromise();
    Bootstrap bootstrap =
        Transport.bootstrapClient(loop, sockets, destination.getAddress()).handler(handler);
    switch (source) {
      case Source.Any() -> {}
      case Source.Own(var address) -> bootstrap.localAddress(new InetSocketAddress(address, 0));
      case Source.Borrowed(var address) -> {
        bootstrap.localAddress(new InetSocketAddress(address, 0));
        if (address instanceof Inet6Address) {
          bootstrap.option(TRANSPARENT_V6, 1);
        } else {
          bootstrap.option(EpollChannelOption.IP_TRANSPARENT, true);
        }
      }
    }
    bootstrap
        .connect(destination)
        .addListener((ChannelFuture connected) -> finish(result, connected));
    return result;
  }

  private static void finish(Promise<Channel> result, ChannelFuture connected) {
    Throwable cause = connected.cause();
    if (cause == null) {
      if (!result.trySuccess(connected.channel())) {
        connected.channel().close();
      }
    } else {
      result.tryFailure(cause);
    }
  }
}
