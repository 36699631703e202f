package dev.sluice.ztunnel.capture;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Where a redirected connection was meant to go, as connection tracking remembers it.
///
/// Source: SO_ORIGINAL_DST in linux/netfilter_ipv4.h, IP6T_SO_ORIGINAL_DST in
/// netfilter_ipv6/ip6_tables.h.
final class OriginalDestination {

  private static final int SOL_IP = 0;
  private static final int SOL_IPV6 = 41;
  private static final int SO_ORIGINAL_DST = 80;
  private static final int SIZE_V4 = 16;
  private static final int SIZE_V6 = 28;
  private static final int PORT_AT = 2;
  private static final int ADDRESS_AT_V4 = 4;
  private static final int ADDRESS_AT_V6 = 8;
  private static final ChannelOption<ByteBuffer> V4 =
      new RawUnixChannelOption("SO_ORIGINAL_DST", SOL_IP, SO_ORIGINAL_DST, SIZE_V4);
  private static final ChannelOption<ByteBuffer> V6 =
      new RawUnixChannelOption("IP6T_SO_ORIGINAL_DST", SOL_IPV6, SO_ORIGINAL_DST, SIZE_V6);

  private OriginalDestination() {}

  /// Of an accepted socket; its own address when it was dialled and not redirected.
  static InetSocketAddress of(Channel accepted) {
    var local = (InetSocketAddress) accepted.localAddress();
    boolean isV4 = local.getAddress() instanceof Inet4Address;
    ByteBuffer found;
    try {
      found = accepted.config().getOption(isV4 ? V4 : V6);
    } catch (ChannelException untracked) {
      // Nothing was translated that the kernel could remember.
      return local;
    }
    return isV4 ? read(found, ADDRESS_AT_V4, 4) : read(found, ADDRESS_AT_V6, 16);
  }

  /// Reads a `sockaddr_in` or `sockaddr_in6`, whose port and address are in network order.
  static InetSocketAddress read(ByteBuffer socketAddress, int addressAt, int length) {
    byte[] address = new byte[length];
    socketAddress.get(addressAt, address);
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(address),
          Short.toUnsignedInt(socketAddress.order(ByteOrder.BIG_ENDIAN).getShort(PORT_AT)));
    } catch (UnknownHostException impossible) {
      throw new IllegalArgumentException("an address of " + length + " bytes", impossible);
    }
  }
}
