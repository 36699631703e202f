package dev.sluice.ztunnel.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.identity.SpiffeId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProxyHeaderTest {

  private static String hex(String source, String destination, @Nullable SpiffeId identity) {
    var header =
        new ProxyHeader(
            new InetSocketAddress(InetAddress.ofLiteral(source), 0x1234),
            new InetSocketAddress(InetAddress.ofLiteral(destination), 0x50),
            identity);
    ByteBuf bytes = header.encode(UnpooledByteBufAllocator.DEFAULT);
    try {
      return ByteBufUtil.hexDump(bytes);
    } finally {
      bytes.release();
    }
  }

  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a" + "21";

  @Test
  void an_ipv4_client_is_told_by_12_bytes_of_addresses_and_ports() {
    assertThat(hex("10.0.0.1", "10.96.0.8", null))
        .isEqualTo(SIGNATURE + "11" + "000c" + "0a000001" + "0a600008" + "1234" + "0050");
  }

  @Test
  void the_identity_follows_as_a_field_of_its_own_type() {
    var id = SpiffeId.of("cluster.local", "shop", "web");
    String uri = HexFormat.of().formatHex(id.uri().getBytes(StandardCharsets.US_ASCII));
    assertThat(hex("10.0.0.1", "10.96.0.8", id))
        .isEqualTo(
            SIGNATURE
                + "11"
                + "%04x".formatted(12 + 3 + uri.length() / 2)
                + "0a0000010a60000812340050"
                + "d0"
                + "%04x".formatted(uri.length() / 2)
                + uri);
  }

  @Test
  void of_two_families_the_larger_one_carries_both() {
    assertThat(hex("10.0.0.1", "fd00::8", null))
        .isEqualTo(
            SIGNATURE
                + "21"
                + "0024"
                + "00000000000000000000ffff0a000001"
                + "fd000000000000000000000000000008"
                + "12340050");
  }
}
