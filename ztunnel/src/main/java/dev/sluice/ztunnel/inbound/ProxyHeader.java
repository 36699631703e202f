package dev.sluice.ztunnel.inbound;

import dev.sluice.engine.identity.SpiffeId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The PROXY protocol header, version 2, that tells an application who its client is and what the
/// client addressed.
///
/// Source: HAProxy, "The PROXY protocol" §2.2; Istio ztunnel for the type of the identity.
///
/// @param source the client as the proxy sees it
/// @param destination what was addressed
/// @param identity the client's proven identity, in a field of type 0xD0
record ProxyHeader(
    InetSocketAddress source, InetSocketAddress destination, @Nullable SpiffeId identity) {

  private static final byte[] SIGNATURE = {
    0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
  };
  private static final int VERSION_2_PROXY = 0x21;
  private static final int IDENTITY_FIELD = 0xD0;
  private static final int FIELD_HEAD = 3;
  private static final int PORTS = 4;
  private static final int IPV6_BYTES = 16;
  private static final int MAPPED_MARK = 10;

  private enum Family {
    TCP_OVER_IPV4(0x11),
    TCP_OVER_IPV6(0x21);

    private final int code;

    Family(int code) {
      this.code = code;
    }
  }

  private Family family() {
    return source.getAddress() instanceof Inet4Address
            && destination.getAddress() instanceof Inet4Address
        ? Family.TCP_OVER_IPV4
        : Family.TCP_OVER_IPV6;
  }

  /// The header as bytes.
  ByteBuf encode(ByteBufAllocator allocator) {
    Family family = family();
    byte[] from = bytes(source.getAddress(), family);
    byte[] to = bytes(destination.getAddress(), family);
    byte[] uri =
        identity == null ? new byte[0] : identity.uri().getBytes(StandardCharsets.US_ASCII);
    int fields = uri.length == 0 ? 0 : FIELD_HEAD + uri.length;
    ByteBuf out = allocator.buffer();
    out.writeBytes(SIGNATURE);
    out.writeByte(VERSION_2_PROXY);
    out.writeByte(family.code);
    out.writeShort(from.length + to.length + PORTS + fields);
    out.writeBytes(from).writeBytes(to);
    out.writeShort(source.getPort()).writeShort(destination.getPort());
    if (uri.length > 0) {
      out.writeByte(IDENTITY_FIELD).writeShort(uri.length).writeBytes(uri);
    }
    return out;
  }

  /// Both ends have the same family: where one is IPv6, an IPv4 address is mapped.
  private static byte[] bytes(InetAddress address, Family family) {
    byte[] own = address.getAddress();
    if (family == Family.TCP_OVER_IPV4 || own.length == IPV6_BYTES) {
      return own;
    }
    var mapped = new byte[IPV6_BYTES];
    mapped[MAPPED_MARK] = (byte) 0xff;
    mapped[MAPPED_MARK + 1] = (byte) 0xff;
    System.arraycopy(own, 0, mapped, IPV6_BYTES - own.length, own.length);
    return mapped;
  }
}
