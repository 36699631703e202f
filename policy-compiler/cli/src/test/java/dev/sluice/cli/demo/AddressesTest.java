package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AddressesTest {

  @Test
  void networks_are_drawn_until_one_is_free() {
    var tried = new HashSet<Addresses>();
    var drawn =
        Addresses.draw(
            new Random(7),
            candidate -> {
              tried.add(candidate);
              return tried.size() == 5;
            });
    assertThat(drawn).isPresent();
    assertThat(tried).hasSize(5).contains(drawn.orElseThrow());
  }

  @Test
  void without_a_free_network_nothing_is_drawn() {
    assertThat(Addresses.draw(new Random(7), _ -> false)).isEmpty();
  }

  @Test
  void every_draw_stays_in_range() {
    var random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      var drawn = Addresses.draw(random, _ -> true).orElseThrow();
      assertThat(drawn.x()).isBetween(Addresses.LEAST, Addresses.MOST);
      assertThat(drawn.y()).isBetween(Addresses.LEAST, Addresses.MOST);
    }
  }

  @Test
  void every_pod_has_an_address_of_its_own() {
    var addresses = new Addresses(20, 30);
    assertThat(addresses.of(Shop.WEB)).isEqualTo("127.20.30.2");
    assertThat(addresses.address(Shop.WEB).getHostAddress()).isEqualTo("127.20.30.2");
    assertThat(Shop.PODS.stream().map(addresses::of)).doesNotHaveDuplicates();
  }

  @Test
  void a_network_with_a_taken_port_is_not_free() throws IOException {
    var free = Addresses.draw(new Random(), Addresses::isFree).orElseThrow();
    try (var taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(free.address(Shop.WAYPOINT), Shop.HBONE_PORT));
      assertThat(free.isFree()).isFalse();
    }
    assertThat(free.isFree()).isTrue();
  }
}
