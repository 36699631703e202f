package dev.sluice.engine.policy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// A block of IP addresses: a network address and a prefix length of 0 to 32 (IPv4) or 128 (IPv6)
/// bits.
///
/// Host bits are masked; IPv4-mapped IPv6 text is IPv4, its prefix length counting from
/// `::ffff:0:0/96`. Source: RFC 4632, RFC 4291 §2.3.
public record Cidr(InetAddress network, int prefixLength) {

  /// Bits that IPv4-mapped IPv6 puts before the IPv4 address.
  private static final int MAPPED_PREFIX = 96;

  /// @throws IllegalArgumentException when the prefix is longer than the address
  public Cidr {
    int bits = network.getAddress().length * 8;
    if (prefixLength < 0 || prefixLength > bits) {
      throw new IllegalArgumentException("prefix length " + prefixLength + " outside 0.." + bits);
    }
    network = mask(network, prefixLength);
  }

  /// Parses `10.0.0.0/8`, `10.1.2.3` or an IPv6 literal with or without prefix; never resolves a
  /// name.
  public static Optional<Cidr> parse(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    boolean looksNumeric = literal.indexOf(':') >= 0 || isDottedQuad(literal);
    if (!looksNumeric || literal.indexOf('%') >= 0 || literal.indexOf('[') >= 0) {
      return Optional.empty();
    }
    try {
      InetAddress address = InetAddress.ofLiteral(literal);
      int bits = address.getAddress().length * 8;
      boolean mapped = bits == 32 && literal.indexOf(':') >= 0;
      int written = slash < 0 ? (mapped ? 128 : bits) : prefix(text.substring(slash + 1));
      int prefix = mapped ? written - MAPPED_PREFIX : written;
      return prefix < 0 || prefix > bits
          ? Optional.empty()
          : Optional.of(new Cidr(address, prefix));
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  /// Whether `address` lies in this block; addresses of the other family never do.
  public boolean contains(InetAddress address) {
    byte[] mine = network.getAddress();
    byte[] other = address.getAddress();
    if (mine.length != other.length) {
      return false;
    }
    int whole = prefixLength / 8;
    for (int i = 0; i < whole; i++) {
      if (mine[i] != other[i]) {
        return false;
      }
    }
    int rest = prefixLength % 8;
    return rest == 0 || ((mine[whole] ^ other[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
  }

  private static boolean isDottedQuad(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (String part : parts) {
      boolean digits =
          !part.isEmpty() && part.length() <= 3 && part.chars().allMatch(c -> c >= '0' && c <= '9');
      if (!digits || Integer.parseInt(part) > 255 || (part.length() > 1 && part.charAt(0) == '0')) {
        return false;
      }
    }
    return true;
  }

  private static int prefix(String text) {
    boolean digits =
        !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? Integer.parseInt(text) : -1;
  }

  private static InetAddress mask(InetAddress address, int prefixLength) {
    byte[] bytes = address.getAddress();
    for (int i = 0; i < bytes.length; i++) {
      int keep = Math.max(0, Math.min(8, prefixLength - i * 8));
      bytes[i] = (byte) (bytes[i] & (0xff << (8 - keep)));
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("address of " + bytes.length + " bytes", impossible);
    }
  }

  @Override
  public String toString() {
    return network.getHostAddress() + "/" + prefixLength;
  }
}
