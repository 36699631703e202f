package dev.sluice.engine.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.1.2.3, 10.1.2.3, true",
    "10.1.2.3, 10.1.2.4, false",
    "10.1.2.3/31, 10.1.2.2, true",
    "10.1.2.3/31, 10.1.2.4, false",
    "172.16.0.0/12, 172.31.255.255, true",
    "172.16.0.0/12, 172.32.0.0, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "::/0, 2001:db8::1, true",
    "::/0, 10.0.0.1, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "fe80::1, fe80::1, true",
    "::ffff:10.0.0.1, 10.0.0.1, true",
    "::ffff:10.0.0.0/104, 10.9.9.9, true",
    "::ffff:10.0.0.0/104, 11.0.0.0, false",
    "10.0.0.0/8, ::ffff:10.0.0.1, true",
    "128.0.0.0/1, 255.1.1.1, true",
    "128.0.0.0/1, 127.1.1.1, false"
  })
  void contains_addresses_of_the_block(String block, String address, boolean expected) {
    Cidr cidr = Cidr.parse(block).orElseThrow();

    assertThat(cidr.contains(InetAddress.ofLiteral(address))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/8/8",
        "10.0.0.0/1000",
        "10.0.0",
        "10.0.0.0.0",
        "010.0.0.1",
        "10.0.0.256",
        "10.0.0.a",
        "167772161",
        "0x7f000001",
        "localhost",
        "example.com/8",
        "fe80::1%eth0",
        "[::1]",
        "2001:db8::/129",
        "::ffff:10.0.0.0/24",
        "::ffff:10.0.0.0/95",
        "1::2::3",
        " 10.0.0.1"
      })
  void refuses_what_is_not_a_block(String text) {
    assertThat(Cidr.parse(text)).isEmpty();
  }

  @Test
  void masks_host_bits() {
    assertThat(Cidr.parse("10.1.2.3/8")).isEqualTo(Cidr.parse("10.0.0.0/8"));
    assertThat(Cidr.parse("10.1.2.3/8").orElseThrow()).hasToString("10.0.0.0/8");
    assertThat(Cidr.parse("2001:db8::1/32")).isEqualTo(Cidr.parse("2001:db8::/32"));
  }

  @Test
  void refuses_a_prefix_longer_than_the_address() {
    assertThatThrownBy(() -> new Cidr(InetAddress.ofLiteral("10.0.0.1"), 33))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Cidr(InetAddress.ofLiteral("10.0.0.1"), -1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
