package dev.sluice.ztunnel.capture;

import dev.sluice.runtime.netty.Sockets;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Sockets in a pod's network namespace, marked as the proxy's own so that they are not captured.
///
/// Source: ztunnel's in-pod mode.
final class PodSockets implements Sockets {

  private static final int SOL_SOCKET = 1;
  private static final int SO_MARK = 36;
  private static final ChannelOption<Integer> MARK =
      new IntegerUnixChannelOption("SO_MARK", SOL_SOCKET, SO_MARK);

  private final Place place;
  private final PodSettings settings;

  PodSockets(Place place, PodSettings settings) {
    this.place = place;
    this.settings = settings;
  }

  /// The address that stands for all of the pod, of the family its listeners are.
  InetSocketAddress any(int port) {
    return new InetSocketAddress(
        InetAddress.ofLiteral(settings.families() == PodSettings.Families.BOTH ? "::" : "0.0.0.0"),
        port);
  }

  @Override
  public ServerChannel listener() {
    SocketProtocolFamily family =
        settings.families() == PodSettings.Families.BOTH
            ? SocketProtocolFamily.INET6
            : SocketProtocolFamily.INET;
    return marked(place.make(() -> new EpollServerSocketChannel(family)));
  }

  @Override
  public Channel dialler(InetAddress destination) {
    SocketProtocolFamily family =
        destination instanceof Inet6Address
            ? SocketProtocolFamily.INET6
            : SocketProtocolFamily.INET;
    return marked(place.make(() -> new EpollSocketChannel(family)));
  }

  @Override
  public Channel datagrams(InetAddress address) {
    SocketProtocolFamily family =
        address instanceof Inet6Address ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
    return marked(place.make(() -> new EpollDatagramChannel(family)));
  }

  private <T extends Channel> T marked(T made) {
    if (settings.mark() != 0) {
      set(made, MARK, settings.mark());
    }
    return made;
  }

  private static <T> void set(Channel made, ChannelOption<T> option, T value) {
    try {
      made.config().setOption(option, value);
    } catch (ChannelException refused) {
      made.unsafe().closeForcibly();
      throw new ChannelException(
          "cannot set " + option.name() + " on a socket of a pod; the proxy needs CAP_NET_ADMIN",
          refused);
    }
  }
}
