package dev.sluice.ztunnel.dns;

import dev.sluice.runtime.netty.Sockets;
import dev.sluice.runtime.netty.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/// The DNS listeners of one workload, for datagrams and streams, on each of its loopback addresses.
public final class DnsListeners {

  private static final int EAFNOSUPPORT = 97;
  private static final int EADDRNOTAVAIL = 99;

  private final List<Channel> listeners = new ArrayList<>();
  private final ChannelGroup streams =
      new DefaultChannelGroup("dns", GlobalEventExecutor.INSTANCE, true);

  private DnsListeners() {}

  static DnsProxy.Opened open(
      Transport transport,
      Sockets sockets,
      WorkloadResolver resolver,
      List<InetSocketAddress> addresses) {
    var opened = new DnsListeners();
    for (InetSocketAddress address : addresses) {
      ChannelFuture datagrams = opened.datagrams(sockets, resolver, address);
      if (isWithoutFamily(address, datagrams) && !opened.listeners.isEmpty()) {
        continue;
      }
      // Port 0 takes a free one for datagrams, and the same for streams.
      ChannelFuture stream =
          datagrams.isSuccess()
              ? opened.streams(transport.with(sockets), resolver, datagrams.channel())
              : datagrams;
      if (stream.cause() != null) {
        opened.close();
        return new DnsProxy.Opened.Failed(
            "cannot listen on " + address + " for DNS: " + stream.cause().getMessage());
      }
    }
    return new DnsProxy.Opened.Listening(opened);
  }

  // A namespace may be without IPv6.
  private static boolean isWithoutFamily(InetSocketAddress address, ChannelFuture bound) {
    Throwable cause = bound.cause();
    while (cause != null && !(cause instanceof Errors.NativeIoException)) {
      cause = cause.getCause();
    }
    return address.getAddress() instanceof Inet6Address
        && cause instanceof Errors.NativeIoException failure
        && (failure.expectedErr() == -EADDRNOTAVAIL || failure.expectedErr() == -EAFNOSUPPORT);
  }

  private ChannelFuture datagrams(
      Sockets sockets, WorkloadResolver resolver, InetSocketAddress address) {
    ChannelFuture bound =
        new Bootstrap()
            .group(resolver.loop())
            .channelFactory(() -> sockets.datagrams(address.getAddress()))
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                // One byte more than is read, so that what was cut is not taken for whole.
                new FixedRecvByteBufAllocator(DnsQuery.MOST_BYTES + 1))
            .option(UnixChannelOption.SO_REUSEPORT, true)
            .handler(new DatagramHandler(resolver))
            .bind(address)
            .awaitUninterruptibly();
    if (bound.isSuccess()) {
      listeners.add(bound.channel());
    }
    return bound;
  }

  private ChannelFuture streams(Transport transport, WorkloadResolver resolver, Channel datagrams) {
    SocketAddress address = datagrams.localAddress();
    ChannelFuture bound =
        transport
            .bootstrapServer()
            .childHandler(new StreamInitializer(resolver, streams))
            .bind(address)
            .awaitUninterruptibly();
    if (bound.isSuccess()) {
      listeners.add(bound.channel());
    }
    return bound;
  }

  /// Where it listens; datagrams and streams have the same addresses.
  public List<InetSocketAddress> addresses() {
    return listeners.stream()
        .map(listener -> (InetSocketAddress) listener.localAddress())
        .distinct()
        .toList();
  }

  /// Stops to listen; queries that came are answered as far as they can be.
  public void drain() {
    listeners.forEach(Channel::close);
  }

  /// Stops to listen and closes what is open.
  public void close() {
    drain();
    streams.close();
  }
}
