package dev.sluice.runtime.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import java.net.Inet6Address;
import java.net.InetAddress;

/// Where sockets are made: in the process's own network namespace, or in that of a pod.
///
/// A socket stays where it was made, whichever thread serves it. Both methods throw a
/// `ChannelException` when the socket cannot be made, which fails the bind or connect that asked.
/// Two of them are the same place only when they are equal.
public interface Sockets {

  /// A socket that is going to listen, for IPv4 and, where there is any, for IPv6.
  ServerChannel listener();

  /// A socket that is going to dial `destination`.
  Channel dialler(InetAddress destination);

  /// A socket for datagrams of the family of `address`; not every place has them.
  default Channel datagrams(InetAddress address) {
    throw new ChannelException("there are no datagrams in this place");
  }

  /// Those of the process itself.
  static Sockets own() {
    return Own.SOCKETS;
  }

  /// See [#own()].
  enum Own implements Sockets {
    SOCKETS;

    @Override
    public ServerChannel listener() {
      return new EpollServerSocketChannel();
    }

    @Override
    public Channel dialler(InetAddress destination) {
      return new EpollSocketChannel();
    }

    @Override
    public Channel datagrams(InetAddress address) {
      return new EpollDatagramChannel(
          address instanceof Inet6Address ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET);
    }
  }
}
