package dev.sluice.ztunnel.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// The bytes of the kernel; that it gives them is for the node bed.
class OriginalDestinationTest {

  private static ByteBuffer bytes(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  @Test
  void an_ipv4_socket_address_is_read() {
    assertThat(OriginalDestination.read(bytes("0200 ff90 0a600001 0000000000000000"), 4, 4))
        .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("10.96.0.1"), 65_424));
  }

  @Test
  void an_ipv6_socket_address_is_read() {
    assertThat(
            OriginalDestination.read(
                bytes("0a00 0050 00000000 fd960000000000000000000000000001 00000000"), 8, 16))
        .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("fd96::1"), 80));
  }
}
