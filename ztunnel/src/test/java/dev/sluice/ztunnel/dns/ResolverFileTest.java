package dev.sluice.ztunnel.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResolverFileTest {

  @Test
  void servers_and_search_domains_are_read_and_the_rest_is_left_alone() {
    var file =
        ResolverFile.parse(
            """
            # of the cluster
            nameserver 10.96.0.2
            nameserver\tfd00::2
            nameserver fe80::1%eth0
            nameserver dns.example.com
            search shop.svc.Cluster.local. svc.cluster.local
            options ndots:5
            """);

    assertThat(file.servers())
        .extracting(server -> server.getAddress().getHostAddress() + " " + server.getPort())
        .containsExactly("10.96.0.2 53", "fd00:0:0:0:0:0:0:2 53");
    assertThat(file.searchDomains()).containsExactly("shop.svc.cluster.local", "svc.cluster.local");
  }

  @Test
  void at_most_three_servers_are_asked_and_the_last_search_counts() {
    var file =
        ResolverFile.parse(
            """
            nameserver 10.0.0.1
            nameserver 10.0.0.2
            nameserver 10.0.0.3
            nameserver 10.0.0.4
            search a.example
            domain b.example
            """);

    assertThat(file.servers()).hasSize(3);
    assertThat(file.searchDomains()).containsExactly("b.example");
    assertThat(ResolverFile.parse("").servers()).isEmpty();
  }
}
