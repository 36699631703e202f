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

  private static final int MOST_ATTEMPTS = 16;
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
      ChannelFuture bound = opened.both(transport.with(sockets), sockets, resolver, address);
      boolean isMissed = isWithoutFamily(address, bound) && !opened.listeners.isEmpty();
      if (bound.cause() != null && !isMissed) {
        opened.close();
        return new DnsProxy.Opened.Failed(
            "cannot listen on " + address + " for DNS: " + bound.cause().getMessage());
      }
    }
    return new DnsProxy.Opened.Listening(opened);
  }

  // Port 0 takes a port that is free for datagrams; the same has to be free for streams.
  private ChannelFuture both(
      Transport transport, Sockets sockets, WorkloadResolver resolver, InetSocketAddress address) {
    int attempts = address.getPort() == 0 ? MOST_ATTEMPTS : 1;
    while (true) {
      ChannelFuture datagrams = datagrams(sockets, resolver, address);
      if (datagrams.cause() != null) {
        return datagrams;
      }
      ChannelFuture streams = streams(transport, resolver, datagrams.channel());
      attempts--;
      if (streams.isSuccess() || attempts == 0) {
        return streams;
      }
      listeners.remove(datagrams.channel());
      datagrams.channel().close();
    }
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
